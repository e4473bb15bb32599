"""Feeds in the text of config.toml: added, removed and given another address, all else as it was.

Lines are put in and taken out, and tomlkit writes what they say: an editor's comments, order and spaces stay,
also where tomlkit would move them. Whatever is made is read back by Python's own parser, and must say what
was meant, and nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from digest.config import locate, parse
from digest.errors import DigestError, UsageError
from digest.press.replacing import replaced

_HEADING: Final = re.compile(r"[ \t]*\[")
_EMPTY: Final = re.compile(r"[ \t]*(?:#.*)?\r?\n?")


def table(values: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a feed's table that say anything, in their order."""
    said = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items() if value}
    return {"kind": "feed"} | said


def added(text: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """The config with more feeds, behind its last source. Raises UsageError where it cannot be edited."""
    wanted = tomllib.loads(text)
    count = len(wanted["sources"])
    wanted["sources"] = [*wanted["sources"], *({**each} for each in tables)]
    end = _line_end(text)
    lines = "".join(f"\n{_written(each)}" for each in tables).replace("\n", end)
    candidates = (
        lambda: _behind(text, _table_lines(text, count - 1)[1], lines, end),
        lambda: _behind(text, len(_lines(text)), lines, end),
        lambda: _inline(text, [*map(dict, tables)], None),
    )
    return _first_that_says(wanted, candidates, "add them by hand:\n" + lines.strip())


def removed(text: str, index: int) -> str:
    """The config without one of its sources, and the comment right above it."""
    wanted = tomllib.loads(text)
    del wanted["sources"][index]
    line = locate(text, ("sources", index))[0]
    candidates = (lambda: _without(text, index), lambda: _inline(text, [], index))
    return _first_that_says(wanted, candidates, f"remove it by hand, at line {line}")


def readdressed(text: str, index: int, url: str) -> str:
    """The config with another address for one of its feeds."""
    wanted = tomllib.loads(text)
    old = wanted["sources"][index]["url"]
    wanted["sources"][index]["url"] = url
    line = locate(text, ("sources", index, "url"))[0]

    def edited() -> str:
        lines = _lines(text)
        for quote in ('"', "'"):
            lines[line - 1] = lines[line - 1].replace(f"{quote}{old}{quote}", _text(url), 1)
        return "".join(lines)

    return _first_that_says(wanted, (edited,), f"write the new address by hand, at line {line}")


def write(path: Path, before: str, after: str) -> None:
    """Put a config in place of another, whole or not at all; `before` is the text that was edited.

    Raises:
        ConfigError: the new text is no config that can be used.
        DigestError: the file has changed meanwhile, or the disk refuses.
    """
    parse(after, path.name)
    if not path.is_file() or read(path) != before:
        raise DigestError("config.toml was changed meanwhile", subject=str(path), hint="do it again")
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    replaced(path, mark + after.encode())


def read(path: Path) -> str:
    """The text of a config.toml, its line ends as they are."""
    return path.read_bytes().decode("utf-8-sig")


def _first_that_says(wanted: Mapping[str, Any], candidates: Sequence[Any], hint: str) -> str:
    for candidate in candidates:
        try:
            made: str = candidate()
            if tomllib.loads(made) == wanted:
                return made
        except (tomllib.TOMLDecodeError, TOMLKitError, ValueError, LookupError, TypeError, AttributeError):
            continue
    raise UsageError("this config.toml is written as we cannot edit it", subject="config.toml", hint=hint)


def _lines(text: str) -> list[str]:
    """The lines with their ends; no character but LF ends one, as for `locate`."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _written(values: Mapping[str, Any]) -> str:
    """A feed as TOML."""
    made = tomlkit.table()
    for key, value in values.items():
        made[key] = value
    return "[[sources]]\n" + tomlkit.dumps(made)


def _text(value: str) -> str:
    return tomlkit.item(value).as_string()


def _table_lines(text: str, index: int) -> tuple[int, int]:
    """The lines of a source's table, from its heading to the last that says something (end exclusive)."""
    lines = _lines(text)
    start = locate(text, ("sources", index))[0] - 1
    if not re.match(r"[ \t]*\[\[[ \t]*[\"']?sources", lines[start]):
        raise LookupError
    end = start + 1
    while end < len(lines) and not _HEADING.match(lines[end]):
        end += 1
    while end > start + 1 and _EMPTY.fullmatch(lines[end - 1]):
        end -= 1
    return start, end


def _behind(text: str, at: int, more: str, end: str) -> str:
    lines = _lines(text)
    before, after = "".join(lines[:at]), "".join(lines[at:])
    if before and not before.endswith("\n"):
        before += end
    return before + more + after


def _without(text: str, index: int) -> str:
    lines = _lines(text)
    start, end = _table_lines(text, index)
    if index:  # what stands above the first source is about all of them
        while start and re.match(r"[ \t]*#", lines[start - 1]):
            start -= 1
    while start and not lines[start - 1].strip():
        start -= 1
    return "".join(lines[:start] + lines[end:])


def _inline(text: str, more: Sequence[Mapping[str, Any]], less: int | None) -> str:
    """The config edited by tomlkit: of sources in one list, which have no lines of their own."""
    document = tomlkit.parse(text)
    sources: Any = document["sources"]
    for values in more:
        made = tomlkit.inline_table()
        made.update(values)
        sources.append(made)
    if less is not None:
        del sources[less]
    return tomlkit.dumps(document)
