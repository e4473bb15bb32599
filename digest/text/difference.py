"""Two texts that differ, cut to a line each where what differs is still to be seen."""

from __future__ import annotations

from typing import Final

from digest.text.excerpt import excerpt

_LEAD: Final = 12
"""Characters that are kept before the first difference."""


def aligned(old: str, new: str, cells: int) -> tuple[str, str]:
    """Both texts in at most `cells` cells: long ones that start alike begin shortly before they part."""
    start = _difference(old, new) if old and new and max(len(old), len(new)) > cells // 2 else 0
    return _window(old, start, cells), _window(new, start, cells)


def _difference(old: str, new: str) -> int:
    """Where to begin two long texts that start alike: at the word some characters before they part."""
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, same - _LEAD)
    while start and not old[start - 1].isspace() and old[start - 1].isascii():
        start -= 1
    return start


def _window(text: str, start: int, cells: int) -> str:
    return ("…" if start else "") + excerpt(text[start:], cells)
