"""The lines around a place in a file, for the code frame of a problem."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_AROUND: Final = 2
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_SIGNS: Final = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x09} | {0x7F: "␡"}
_UNSEEN: Final = (*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PICTURES: Final = _SIGNS | dict.fromkeys(_UNSEEN, "\N{REPLACEMENT CHARACTER}")
"""Control characters drawn as signs of the same number of characters: no file may drive a terminal."""


@lru_cache(maxsize=64)  # a line may have a thousand problems, and be long
def frame(text: str, line: int) -> tuple[tuple[int, str], ...]:
    """The line with this 1-based number and two on each side, numbered; empty for an empty text."""
    lines = _lines(text)
    first = max(1, line - _AROUND)
    shown = lines[first - 1 : line + _AROUND] if text else []
    return tuple((number, one.translate(_PICTURES)) for number, one in enumerate(shown, first))


@lru_cache(maxsize=8)  # a file may have a problem in each of its lines
def _lines(text: str) -> list[str]:
    return _BREAK.split(text)
