"""Front matter without fences (Pelican, MultiMarkdown): lines of `Key: value`, to a blank line or a fence."""

from __future__ import annotations

import re
from typing import Any, Final

from digest.collect.mistakes import Mistake, MistakeError, duplicate
from digest.collect.yaml_dialect import Block

KNOWN: Final = frozenset((
    "author", "authors", "categories", "category", "cover", "date", "description", "draft", "id", "image",
    "keywords", "lang", "language", "layout", "modified", "publish_date", "published", "save_as", "series",
    "slug", "status", "subtitle", "summary", "tag", "tags", "template", "title", "translation", "updated",
    "url",
))  # fmt: skip
"""Keys that tell a header from a text that happens to begin with a word and a colon."""

LINE: Final = re.compile(
    r"(?P<key>[A-Za-z][A-Za-z0-9_]*(?:[ -][A-Za-z0-9_]+){0,2})[ \t]*:(?:[ \t]+(?P<value>.*))?$"
)
_MORE: Final = re.compile(r"[ \t]+(?P<value>\S.*)")
_LISTS: Final = frozenset(("author", "authors", "category", "categories", "keywords", "tag", "tags"))
_FLAGS: Final = {"true": True, "false": False}


def read(block: str) -> Block:
    """Read a header. Raises MistakeError, with an offset in the block, for a line that is no `Key: value`."""
    lines: dict[str, list[str]] = {}
    offsets: dict[str, int] = {}
    mistakes: list[Mistake] = []
    at, key = 0, ""
    for line in block.split("\n"):
        found, more = LINE.match(line), _MORE.match(line)
        if found:
            key = found["key"].lower().replace(" ", "_")
            if key in lines:
                mistakes.append(duplicate(key, at))
            lines[key], offsets[key] = [(found["value"] or "").strip()], at
        elif more and key:
            lines[key].append(more["value"].strip())
        elif line.strip():
            raise MistakeError(_no_key(at))
        at += len(line) + 1
    values = {key: _value(key, [line for line in told if line]) for key, told in lines.items()}
    return Block(values=values, offsets=offsets, mistakes=tuple(mistakes))


def end_of(text: str, start: int) -> int | None:
    """Where the header that begins at an offset ends; None where there is no header.

    It says a title, or two other known keys; its first key is a known one.
    """
    at, first, key = start, "", ""
    told: set[str] = set()
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        line = text[at:line_end]
        found, more = LINE.match(line), _MORE.match(line)
        if not found and not (more and key):
            break
        key = found["key"].lower().replace(" ", "_") if found else key
        first = first or key
        told |= {key} if (more or (found and found["value"])) else set()
        at = line_end + 1
    is_header = first in KNOWN and ("title" in told or len(told & KNOWN) > 1)
    return min(at, len(text)) if is_header else None


def _value(key: str, lines: list[str]) -> Any:
    """A value: several lines are one text, or several names where names are asked for."""
    if len(lines) > 1 and key in _LISTS:
        return [line.rstrip(",") for line in lines]
    text = " ".join(lines)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        return text[1:-1]
    return _FLAGS.get(text.lower(), text)


def _no_key(offset: int) -> Mistake:
    return Mistake(
        rule="header-line",
        sentence="this line of the header is no `Key: value`",
        offset=offset,
        hint="put a blank line between the header and the article",
    )
