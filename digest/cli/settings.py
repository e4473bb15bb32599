"""`config`: what config.toml says, with every default, and its schema."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any, Final

from digest.cli.app import Desk, command, group

config = group("config", "What config.toml says, and what it may say.")

_PASSWORD: Final = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


@command(config, "show")
def show(desk: Desk) -> None:
    """Every key with its value, as TOML; passwords are hidden."""
    said = desk.site().config.model_dump(mode="python", exclude_none=True)
    said["database"]["url"] = _PASSWORD.sub(r"\1:***@", said["database"]["url"])
    if desk.terminal.json:
        desk.terminal.emit(json.loads(json.dumps(said, default=_clock)))
    else:
        sys.stdout.write("\n".join(toml(said)).strip() + "\n")


def _clock(value: time) -> str:
    return f"{value:%H:%M}"


@command(config, "schema")
def schema_(desk: Desk) -> None:
    """The JSON Schema of config.toml, for editors that complete and check TOML by it."""
    from digest.config import schema

    text = json.dumps(schema(), ensure_ascii=False, indent=1)
    desk.terminal.emitted = True
    sys.stdout.write(text + "\n")


def toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """A mapping as the lines of a TOML document: plain keys first, then tables and arrays of tables."""
    deeper = {key: each for key, each in table.items() if _is_deep(each)}
    for key, value in table.items():
        if key not in deeper:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in deeper.items():
        heading = ".".join(_key(part) for part in (*path, key))
        tables = [value] if isinstance(value, Mapping) else value
        for each in tables:
            yield ""
            yield f"[{heading}]" if isinstance(value, Mapping) else f"[[{heading}]]"
            yield from toml(each, (*path, key))


def _is_deep(value: Any) -> bool:
    is_tables = isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)
    return isinstance(value, Mapping) or is_tables


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, time):
        return _text(_clock(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    return _text(str(value))


def _text(text: str) -> str:
    """A TOML basic string: JSON's, with DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
