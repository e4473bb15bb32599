"""The filters of the templates; another one is a row at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from digest.text.scripts import primary

_RISKY: Final = re.compile(r"""[^\x20\x21\x23-\x25\x28-\x3b\x3d\x3f-\x5b\x5d-\x7e]""")


@lru_cache(maxsize=4096)
def _reference(character: str) -> str:
    """A character reference where mrml's `{:?}` would print an escape; the character itself elsewhere.

    Rust's debug format escapes quotes, backslashes, controls, every space but U+0020, marks that extend a
    grapheme, and what is unassigned or private (core::char::methods, char::escape_debug_ext).
    """
    if character in "\"'\\&<>":
        return f"&#{ord(character)};"
    category = unicodedata.category(character)
    safe = category[0] in "LNPS" and not _extends(character)
    return character if safe else f"&#{ord(character)};"


def _extends(character: str) -> bool:
    """Letters that Unicode counts as grapheme extenders: half-width sound marks and jamo vowels' fillers."""
    return character in "\uff9e\uff9f" or unicodedata.combining(character) != 0


def attribute(value: object) -> Markup:
    """Text for an attribute in MJML: everything that mrml would garble, as `&#N;` (research: mrml 6.0.1).

    Control characters that no HTML may hold are dropped, line ends become spaces.
    """
    text = value.__html__() if isinstance(value, Markup) else str(value)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", text)
    text = re.sub(r"\s*[\t\r\n]\s*", " ", text)
    return Markup(_RISKY.sub(lambda found: _reference(found[0]), text))  # noqa: S704 all specials are escaped


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "attribute": attribute,
    "primary": primary,
}
"""Name in a template → function. Add rows here; the functions may live wherever they belong."""
