"""Cutting a text short where a reader of its language would."""

from __future__ import annotations

import re
from typing import Final

from digest.text.widths import cells as width

_SENTENCE_END: Final = re.compile(r"[。！？!?][」』）”’)]*|\.[”’)]*(?=\s|$)")
_WORD_END: Final = re.compile(
    r"[\s，、；：,;:\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff」』）]"
)
_OPENERS: Final = " \t\u3000「『（【《〈([{“‘，、；：,;:—-"
_BREAKS: Final = re.compile(r"[ \t\r\n]+")
_HARD: Final = re.compile(r"[^\W\d_]", re.ASCII)


def excerpt(plain: str, cells: int) -> str:
    """The beginning of a plain text in at most `cells` cells (2 for a wide character), as one line.

    A text that is cut ends with an ellipsis. The cut is at the end of a sentence if there is one in the
    last 40 %, else never inside a Latin or Hangul word, with no opening bracket or comma before the ellipsis.
    """
    text = _BREAKS.sub(" ", plain).strip()
    if width(text) <= cells:
        return text
    room = _head(text, cells - 1)
    ends = [end for end in (found.end() for found in _SENTENCE_END.finditer(room)) if end < len(room)]
    if ends and width(room[: ends[-1]]) >= 0.6 * cells:
        cut = room[: ends[-1]]
        return cut + ("…" if cut[-1] > "\u2fff" else " …" if width(cut) + 2 <= cells else "…")
    return _whole_words(text, room).rstrip(_OPENERS) + "…"


def _head(text: str, cells: int) -> str:
    """As many characters of a text that does not fit as do, no mark parted from its letter."""
    used = 0
    for index, character in enumerate(text):  # noqa: B007 - where it breaks is what we ask
        used += 1 if character == "\ufe0f" else width(character)  # it may widen what it follows
        if used > cells:
            break
    return text[:index].rstrip("\u200d")


def _whole_words(text: str, head: str) -> str:
    """The head without the word that its end would divide; all of it where it is a single long word."""
    after = text[len(head)]
    if not head or _WORD_END.match(after) or _WORD_END.match(head[-1]):
        return head
    last = max((found.end() for found in _WORD_END.finditer(head)), default=0)
    return head[:last] or head
