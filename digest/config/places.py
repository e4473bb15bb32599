"""Where a key of config.toml stands in its text, and which keys a table knows."""

from __future__ import annotations

import re
from typing import Any, get_args

from digest.config.tables import Config
from digest.config.values import Table


def dotted(path: tuple[str | int, ...]) -> str:
    """A key's path as it is said: `editions[0].schedule.day`."""
    said = ""
    for part in path:
        said += f"[{part}]" if isinstance(part, int) else f".{part}" if said else str(part)
    return said


def known_keys(path: tuple[str | int, ...]) -> list[str]:
    """The keys that a table knows, by its path."""
    model: Any = Config
    for part in path:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        model = next((each for each in (annotation, *_arguments(annotation)) if _is_table(each)), None)
        if model is None:
            return []
    return list(model.model_fields)


def _arguments(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for each in get_args(annotation):
        found += [each, *_arguments(each)]
    return found


def _is_table(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Table)


def locate(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column (1-based) of a key in the text of a config.toml; of its table where the key is absent.

    A search by headings: it need not understand TOML, only point an editor at the right line.
    """
    wanted = [str(part) for part in path if not isinstance(part, int)]
    counts = {
        tuple(str(p) for p in path[:i] if not isinstance(p, int)): part
        for i, part in enumerate(path)
        if isinstance(part, int)
    }
    seen: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    best, depth = (1, 1), 0
    for number, line in enumerate(text.split("\n"), 1):
        heading = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        if heading:
            table = tuple(part.strip().strip("\"'") for part in heading[2].split("."))
            if heading[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
                for longer in [
                    each for each in seen if len(each) > len(table) and each[: len(table)] == table
                ]:
                    del seen[longer]
        inside = list(table) == wanted[: len(table)] and all(
            seen.get(each, index) == index for each, index in counts.items() if len(each) <= len(table)
        )
        if not inside:
            continue
        if heading and len(table) > depth:
            best, depth = (number, line.index("[") + 1), len(table)
        key = re.match(r"\s*([\w-]+|\"[^\"]+\")(?:\s*\.\s*[\w-]+)*\s*=", line)
        rest = wanted[len(table) :]
        if key and rest and key[1].strip('"') == rest[0]:
            return number, line.index(key[1]) + 1
    return best
