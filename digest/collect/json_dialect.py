"""JSON front matter as values with the place of each key, and its mistakes in an editor's words."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from digest.collect.mistakes import Mistake, MistakeError, duplicate
from digest.collect.yaml_dialect import Block

_SPACE: Final = re.compile(r"[ \t\n]*")
_QUOTES: Final = {"'": "'", "“": "“", "”": "”", "‘": "‘", "「": "「"}


def _constant(name: str) -> str:
    return name  # NaN and Infinity are no JSON; as text they survive


def _number(text: str) -> Any:
    return int(text) if len(text) < 19 else text


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_int=_number)


def read(block: str) -> Block:
    """Read one JSON object. Raises MistakeError, with an offset in the block, where it is not JSON."""
    block_read, end = read_object(block, 0)
    rest = _skip(block, end)
    if rest < len(block):
        raise MistakeError(
            Mistake(
                rule="json-end",
                sentence="text follows the closing bracket of the front matter on its line",
                offset=rest,
                hint="begin the article on the next line",
            )
        )
    return block_read


def read_object(text: str, start: int) -> tuple[Block, int]:
    """The JSON object that begins at an offset, with key offsets from there, and the offset after it.

    Raises:
        MistakeError: with an offset from `start`.
    """
    try:
        return _members(text, start)
    except json.JSONDecodeError as error:
        raise MistakeError(_explain(text, error).moved(-start)) from None
    except RecursionError:
        raise MistakeError(Mistake(rule="json-syntax", sentence="this JSON is nested too deeply")) from None


def _members(text: str, start: int) -> tuple[Block, int]:
    """Key by key, so that each key's place and its repetition are seen."""
    values: dict[str, Any] = {}
    offsets: dict[str, int] = {}
    mistakes: list[Mistake] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, after = _DECODER.raw_decode(text, at)
        if key in values:
            mistakes.append(duplicate(key, at - start))
        offsets[key] = at - start
        after = _skip(text, after)
        if text[after : after + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, after)
        values[key], at = _DECODER.raw_decode(text, _skip(text, after + 1))
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            comma, at = at, _skip(text, at + 1)
            if text[at : at + 1] == "}":
                raise json.JSONDecodeError("Illegal trailing comma", text, comma)
        elif text[at : at + 1] != "}":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    return Block(values=values, offsets=offsets, mistakes=tuple(mistakes)), at + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _explain(text: str, error: json.JSONDecodeError) -> Mistake:
    at = min(error.pos, len(text))
    found = text[at : at + 1]
    rule, sentence, hint = (
        "json-syntax",
        f"JSON cannot read on here: {error.msg.lower()}",
        "text stands in double quotes",
    )
    if not found:
        rule, sentence, hint = "json-bracket", "the front matter's JSON does not end", "close it with }"
    elif found in _QUOTES:
        rule, sentence, hint = "json-quotes", f"`{found}` is no quote to JSON", 'use double quotes: "…"'
    else:
        for words, *told in _MISTAKES:
            if words in error.msg:
                rule, sentence, hint = told
    return Mistake(rule=rule, sentence=sentence, offset=at, hint=hint)


_MISTAKES: Final = (
    ("Expecting ','", "json-comma", "a comma is missing before this", "write a comma between two members"),
    ("trailing comma", "json-comma", "a comma stands after the last member", "remove it"),
    ("Expecting ':'", "json-colon", "there is no colon after the key", 'write "key": value'),
    ("property name", "json-quotes", "a key is not in double quotes", 'write "key": value'),
    ("Unterminated", "json-quotes", "the text that begins here is never closed", 'close it with "'),
    (
        "control character",
        "json-quotes",
        "a line break stands inside a text",
        "write \\n, or close the quote",
    ),
    ("escape", "json-escape", "a backslash begins an escape that JSON does not know", "double it"),
    ("Expecting value", "json-value", "a value is missing here, or text without quotes", 'write "…"'),
)
