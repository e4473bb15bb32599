"""How many cells of a fixed-width display a text takes."""

from __future__ import annotations

from functools import lru_cache

from wcwidth import wcswidth, wcwidth


@lru_cache(maxsize=8192)
def _cell(character: str) -> int:
    return max(0, wcwidth(character))


def cells(text: str) -> int:
    """Cells that a text takes: 2 for a wide character (UAX #11), 0 for a mark, an emoji sequence as one.

    Characters of ambiguous width count 1, as mail programs show them; control characters count 0.
    """
    if text.isascii():
        return len(text) if text.isprintable() else sum(map(_cell, text))
    if "\u200d" in text or "\ufe0f" in text:  # only sequences need more than a sum over characters
        return max(0, wcswidth("".join(each for each in text if wcwidth(each) >= 0)))
    return sum(map(_cell, text))
