"""Where the fenced code of a text lies (CommonMark 4.5), line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})(?P<info>.*)")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its first and last line (0-based), which hold the fences, and its info string."""

    first: int
    last: int
    indent: str
    ticks: str
    info: str


def fences(lines: list[str]) -> Iterator[Fence]:
    """Every fenced block in the order written; one without an end goes to the last line."""
    first, opened = 0, None
    for number, line in enumerate(lines):
        found = _OPENING.match(line) if "```" in line or "~~~" in line else None
        if opened is None:
            if found and not (found["ticks"][0] == "`" and "`" in found["info"]):
                first, opened = number, found
        elif found and found["ticks"].startswith(opened["ticks"]) and not found["info"].strip():
            yield _fence(first, number, opened)
            opened = None
    if opened:
        yield _fence(first, len(lines) - 1, opened)


def _fence(first: int, last: int, found: re.Match[str]) -> Fence:
    return Fence(first, last, found["indent"], found["ticks"], found["info"].strip())
