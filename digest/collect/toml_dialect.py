"""TOML front matter as JSON values with the place of each key, and its mistakes in an editor's words."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date, datetime, time
from typing import Any, Final

from digest.collect.mistakes import Mistake, MistakeError
from digest.collect.yaml_dialect import Block

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY: Final = re.compile(r"""^[ \t]*([A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*[.=]""")
_HEADING: Final = re.compile(r"""^[ \t]*\[\[?[ \t]*([A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')""")
_LONG: Final = re.compile(r'"""|' + "'''")
_YAML: Final = re.compile(r"^[ \t]*[\w-]+[ \t]*:(?:[ \t]|$)")


def read(block: str) -> Block:
    """Read a block of TOML. Raises MistakeError, with an offset in the block, where it is not TOML."""
    try:
        values = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        raise MistakeError(_explain(block, str(error))) from None
    except (ValueError, RecursionError) as error:  # an impossible date; brackets in brackets
        sentence = f"a value in this TOML cannot be read: {error}"
        raise MistakeError(Mistake(rule="toml-syntax", sentence=sentence)) from None
    return Block(values={key: _plain(value) for key, value in values.items()}, offsets=_offsets(block))


def _plain(value: Any) -> Any:
    """A TOML value as JSON has it: dates and times as ISO 8601 text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _offsets(block: str) -> dict[str, int]:
    """The offset of each top-level key or table: by lines, those in long strings and tables passed over."""
    found: dict[str, int] = {}
    at, open_quote, table = 0, "", False
    for line in block.split("\n"):
        heading = None if open_quote else _HEADING.match(line)
        key = None if open_quote or table else _KEY.match(line)
        if one := heading or key:
            found.setdefault(one[1].strip("\"'"), at + one.start(1))
        table = table or bool(heading)
        for quote in _LONG.findall(line):
            open_quote = "" if open_quote == quote else open_quote or quote
        at += len(line) + 1
    return found


def _explain(block: str, message: str) -> Mistake:
    place = _PLACE.search(message)
    lines = block.split("\n")
    number = min(int(place[1]), len(lines)) - 1 if place and place[1] else len(lines) - 1
    while number and not (place and place[1]) and not lines[number].strip():
        number -= 1  # a fault at the end stands where the last words stand
    start = sum(len(line) + 1 for line in lines[:number])
    column = int(place[2]) - 1 if place and place[2] else len(lines[number])
    said = _PLACE.sub("", message)
    rule, sentence, hint = _words(said, lines[number])
    return Mistake(rule=rule, sentence=sentence, offset=min(start + column, len(block)), hint=hint)


def _words(said: str, line: str) -> tuple[str, str, str]:
    """Rule, sentence and hint for what tomllib says of a line."""
    key = line.partition("=")[0].strip()
    if _YAML.match(line):
        return (
            "toml-colon",
            "TOML wants `=` after a key, not a colon",
            "write `key = value`, or fence with ---",
        )
    if _DATE.search(line) and "Expected newline" in said:
        return (
            "toml-date",
            f"`{key}` has a date that TOML cannot read",
            "write it as 2026-01-31, or in quotes",
        )
    for words, rule, sentence, hint in _MISTAKES:
        if words in said:
            return rule, sentence.format(key=key), hint
    return (
        "toml-syntax",
        f"TOML cannot read this: {said[:1].lower()}{said[1:]}",
        "quote text with double quotes",
    )


_DATE: Final = re.compile(r"=[ \t]*\d{4}-\d")
_MISTAKES: Final = (
    ("Cannot overwrite", "duplicate-key", "the key `{key}` is there twice", "remove one of the two"),
    ("Cannot declare", "duplicate-key", "this table is there twice", "put its keys into one"),
    ("Illegal character '\\n'", "toml-quote", "a string is not closed on its line", 'close it with "'),
    ("Unterminated string", "toml-quote", "a string is not closed", "close it as it was opened"),
    ("Unclosed array", "toml-bracket", "a list is not closed, or lacks a comma", "close it with ]"),
    ("Unclosed inline", "toml-bracket", "a table is not closed, or lacks a comma", "close it with }"),
    ("Unescaped", "toml-escape", "a backslash begins no known escape", "double it, or use single quotes"),
    ("hex value", "toml-escape", "a backslash begins no known escape", "double it, or use single quotes"),
    ("Expected '=' after", "toml-equals", "there is no `=` after the key", "write `key = value`"),
    ("Expected newline", "toml-end", "text follows the value of `{key}`", "quote the whole value"),
    ("Invalid date", "toml-date", "the date of `{key}` does not exist", "write it as 2026-01-31"),
    ("Invalid value", "toml-value", "the value of `{key}` is no TOML value", 'put text in quotes: "…"'),
    ("Invalid statement", "toml-value", "a key is missing here", "write `key = value`"),
)
