"""Front matter values: when two are the same, and how one is said in a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from digest.text.excerpt import excerpt
from digest.text.phrases import phrases

Norm: TypeAlias = str | tuple[Any, ...] | None
"""A value without what no reader sees: comparable and hashable, None for an empty one."""

_LIMIT: Final = 120  # cells of one value in a line; the whole stays in the sealed record
_LEAD: Final = 12  # characters kept before the first difference of two long values
_BOOKKEEPING: Final = re.compile(r"(?:.*_)?(?:slug|id|uid)\Z")
_SPAN: Final = re.compile(r"(?<=\d)\s*[-\u2010\u2011\u2012–]\s*(?=\d|[^\x00-\x7f]|now|present)")
_SPACES: Final = re.compile(r"\s+")
_NAMES: Final = ("title", "name", "organization", "company", "institution", "quote", "label", "text", "award")


def norm(value: Any) -> Norm:
    """A value for comparison: NFC, white space collapsed, empties gone, order of nested lists ignored.

    Numbers are equal to their digits: `year: 2017` and `year: "2017"` are the same to a reader. In maps,
    links between files (`org_slug`) do not count, and an item's own `slug` only where it has no name.
    """
    if isinstance(value, Mapping):
        named = any(_plain(value.get(key)) for key in _NAMES)
        pairs = [(str(key), norm(item)) for key, item in value.items() if _counts(str(key), named)]
        return tuple(sorted((pair for pair in pairs if pair[1] is not None), key=repr)) or None
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [item for item in map(norm, value) if item is not None]
        return tuple(sorted(items, key=repr)) or None
    return _plain(value) or None


def _counts(key: str, named: bool) -> bool:
    return not _BOOKKEEPING.match(key) or (not named and key in ("slug", "id", "uid"))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    # In Python True is 1, and maps are first compared as they are: here it is, too.
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", str(value))).strip()


def word(value: Any, language: str = "en") -> str:
    """A value in a reader's words: yes and no, spans with a dash, lists with the language's comma."""
    if isinstance(value, bool):
        return phrases(language)("yes" if value else "no", "value")
    if isinstance(value, Mapping):
        return summary(value, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return phrases(language).list([said for said in (word(item, language) for item in value) if said])
    return _SPAN.sub("–", _plain(value)) if _is_span(value) else _plain(value)


def _is_span(value: Any) -> bool:
    """Whether a text is a span of years such as 2013-2021, and not an ISO date or a telephone number."""
    return isinstance(value, str) and bool(re.fullmatch(r"\s*\d{4}\s*\S\s*(?:\d{4}|[^\d\W]+)\s*", value))


_ROLES: Final = ("position", "role", "degree", "relation", "issuer", "venue", "type", "context")
_TIMES: Final = ("years", "year", "period", "date")


def summary(value: Any, language: str = "en") -> str:
    """A list item in one line, from the keys that name it: `OpenAI · 研究員 · 2021–現在`."""
    if not isinstance(value, Mapping):
        return excerpt(word(value, language), _LIMIT)
    name = _first(value, _NAMES, language) or _from_slug(value)
    parts = [name, _first(value, _ROLES, language), _first(value, _TIMES, language)]
    if not name:
        parts = [word(item, language) for key, item in value.items() if not _BOOKKEEPING.match(key)][:3]
    distinct = dict.fromkeys(part for part in parts if part)
    return excerpt(" · ".join(distinct), _LIMIT)


def _first(item: Mapping[str, Any], keys: Sequence[str], language: str) -> str:
    return next((said for said in (word(item.get(key), language) for key in keys) if said), "")


def _from_slug(item: Mapping[str, Any]) -> str:
    """A name made of a slug, where an item has no other: `ashish-vaswani` is Ashish Vaswani."""
    return " ".join(part.capitalize() for part in _plain(item.get("slug")).split("-"))


def aligned(old: str, new: str) -> tuple[str, str]:
    """Two values cut to a line each, so that what differs between them is still to be seen."""
    start = _difference(old, new) if old and new and max(len(old), len(new)) > _LIMIT // 2 else 0
    return _window(old, start), _window(new, start)


def _difference(old: str, new: str) -> int:
    """Where to begin two long texts that start alike: at the word some characters before they part."""
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, same - _LEAD)
    while start and not _SPACES.match(old[start - 1]) and old[start - 1].isascii():
        start -= 1
    return start


def _window(text: str, start: int) -> str:
    return ("…" if start else "") + excerpt(text[start:], _LIMIT)
