"""Opaque signs that stand for shortcodes and source lines while Markdown is made into HTML."""

from __future__ import annotations

import re
from typing import Final

OPEN: Final = "\U0010fff0"
CLOSE: Final = "\U0010fff1"
"""Around the kind (block, inline or text; none before parsing) and number of a shortcode."""

BRACES: Final = "\U0010fff2"
"""The two braces of a shortcode that is to be shown, not run."""

LINE: Final = "\U0010fff3"
"""Begins a line number, which CLOSE ends."""

SEALS: Final = re.compile("[\U0010fff0-\U0010fff3]")
CARD: Final = re.compile(f"{OPEN}([BIT]?)(\\d+){CLOSE}")
CARD_LINE: Final = re.compile(f"(?:{OPEN}\\d+{CLOSE}[ \\t]*)+")
LINE_SEAL: Final = re.compile(f"{LINE}(\\d+){CLOSE}")
ENCODED: Final = re.compile("(?:%F4%8F%BF%B0(?:%42|B|I|T)?\\d*%F4%8F%BF%B1)|%F4%8F%BF%B[0-3]", re.IGNORECASE)
"""The same percent-encoded, as they become inside the address of a link."""

_SHOWN: Final = re.compile(r"\{\{(?=[<%])")


def free(text: str) -> str:
    """An author's text without signs that look like ours."""
    return SEALS.sub("", text)


def protect(text: str) -> str:
    """Text whose literal shortcodes are marked, so that no guard takes them for leaks."""
    return _SHOWN.sub(BRACES, text)


def cleared(value: str) -> str:
    """An attribute's value: a shortcode has no place in it, and one that is shown is text."""
    return ENCODED.sub("", SEALS.sub("", CARD.sub("", value).replace(BRACES, "{{")))


def card(number: int, kind: str = "") -> str:
    """The sign of a shortcode, by its number in the body."""
    return f"{OPEN}{kind}{number}{CLOSE}"


def as_kind(text: str, kind: str) -> str:
    """The text with all shortcode signs of one kind."""
    return CARD.sub(lambda found: card(int(found[2]), kind), text) if OPEN in text else text


def line(number: int) -> str:
    """The sign that what follows comes from this line."""
    return f"{LINE}{number}{CLOSE}"
