"""Reading config.toml: every fault a problem with its line, every unknown key with the nearest known one."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from digest.config.places import dotted, known_keys, locate
from digest.config.tables import Config
from digest.config.values import Line
from digest.errors import ConfigError
from digest.model import Position, Problem, Severity

_FRAME: Final = 2
_ALIASES: Final = TypeAdapter(dict[str, tuple[Line, ...]])
_SENTENCES: Final = {
    "missing": "the key {key} is missing",
    "extra_forbidden": "there is no key {key}",
}


def load(path: Path) -> Config:
    """Read and check a config.toml, and the file of aliases that it names.

    Raises:
        ConfigError: with a problem for each fault, its line, and the nearest known key for an unknown one.
    """
    text = _text(path)
    config = parse(text, path.name)
    named = config.tags.aliases_file
    if not named:
        return config
    if not (path.parent / named).is_file():
        line, column = locate(text, ("tags", "aliases_file"))
        sentence, hint = f"there is no {named} beside it", "make the file, or take the key away"
        raise ConfigError(_problem(path.name, text, line, column, sentence, hint, "config-value"))
    return config.model_copy(update={"aliases": _both(config.aliases, _aliases(path.parent / named, named))})


def _both(own: dict[str, tuple[str, ...]], others: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What two tables say of each tag, that of config.toml first."""
    return {tag: (*own.get(tag, ()), *others.get(tag, ())) for tag in {**own, **others}}


def _aliases(path: Path, name: str) -> dict[str, tuple[str, ...]]:
    text = _text(path)
    try:
        return _ALIASES.validate_python(_data(text, name))
    except ValidationError as error:
        raise ConfigError(*(_finding(name, text, fault) for fault in error.errors())) from None


def _text(path: Path) -> str:
    name = path.name
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            _problem(
                str(path),
                "",
                1,
                1,
                f"there is no {name} here",
                "run `digest init` to make a site, or name one with -C",
                "config-missing",
            )
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise ConfigError(
            _problem(
                str(path),
                "",
                1,
                1,
                f"cannot be read: {why}",
                "it must be a text file in UTF-8",
                "config-unreadable",
            )
        ) from None


def _data(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = _toml_place(text, error)
        sentence = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError(
            _problem(
                name,
                text,
                line,
                column,
                f"is not TOML: {sentence[:1].lower()}{sentence[1:]}",
                "strings stand in double quotes, lists in [ ]",
                "config-syntax",
            )
        ) from None


def parse(text: str, name: str = "config.toml") -> Config:
    """Check the text of a config.toml; `name` stands in the problems. Raises ConfigError."""
    data = _data(text, name)
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        foreign = not {"site", "sources", "editions"} & data.keys()
        if foreign:
            hint = "digest needs [site], [[sources]] and [[editions]]; `digest init` writes one"
            raise ConfigError(
                _problem(name, text, 1, 1, "this is not a config.toml of digest", hint, "config-foreign")
            ) from None
        raise ConfigError(*(_finding(name, text, fault) for fault in error.errors())) from None


def _finding(name: str, text: str, fault: Any) -> Problem:
    path = tuple(fault["loc"])
    key = dotted(path)
    line, column = locate(text, path)
    hint = ""
    if fault["type"] == "extra_forbidden":
        known = known_keys(path[:-1])
        near = difflib.get_close_matches(str(path[-1]), known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
    elif fault["type"] == "literal_error":
        known = re.findall(r"'([^']+)'", fault["ctx"]["expected"])
        near = difflib.get_close_matches(str(fault["input"]).lower(), known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else ""
    sentence = _SENTENCES.get(fault["type"], "").format(key=key)
    if not sentence:
        message = re.sub(r"^(Value error|Assertion failed), ", "", fault["msg"])
        sentence = f"{key}: {message[:1].lower()}{message[1:]}" if key else message
    rule = {"missing": "config-missing-key", "extra_forbidden": "config-unknown-key"}.get(
        fault["type"], "config-value"
    )
    return _problem(name, text, line, column, sentence, hint, rule)


def _problem(name: str, text: str, line: int, column: int, sentence: str, hint: str, rule: str) -> Problem:
    lines = text.split("\n")
    first = max(1, line - _FRAME)
    frame = tuple(enumerate(lines[first - 1 : line + _FRAME], first)) if text else ()
    position = Position(path=name, line=line, column=column)
    return Problem(
        severity=Severity.ERROR, rule=rule, sentence=sentence, position=position, hint=hint, frame=frame
    )


def _toml_place(text: str, error: tomllib.TOMLDecodeError) -> tuple[int, int]:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    if found:
        return int(found[1]), int(found[2])
    lines = text.rstrip("\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def schema() -> dict[str, Any]:
    """The JSON Schema of config.toml (draft 2020-12), for editors that complete and check TOML by it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Config.model_json_schema()
