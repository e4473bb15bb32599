"""Front matter values: when two are the same, and how one is said in a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from digest.text.phrases import phrases

Norm: TypeAlias = str | tuple[Any, ...] | None
"""A value without what no reader sees: comparable and hashable, None for an empty one."""

_BOOKKEEPING: Final = re.compile(r"(?:.*_)?(?:slug|id|uid)\Z")
_SPAN: Final = re.compile(r"(?<=\d)\s*[-\u2010\u2011\u2012–]\s*(?=\d|[^\x00-\x7f]|now|present)")
_IS_SPAN: Final = re.compile(r"\s*\d{4}\s*\S\s*(?:\d{4}|[^\d\W]+)\s*")
"""A span of years such as 2013-2021; neither an ISO date nor a telephone number."""
_NAMES: Final = ("title", "name", "organization", "company", "institution", "quote", "label", "text", "award")


def norm(value: Any) -> Norm:
    """A value for comparison: NFC, white space collapsed, empties gone, order of nested lists ignored.

    Numbers are equal to their digits: `year: 2017` and `year: "2017"` are the same to a reader. In maps,
    links between files (`org_slug`) do not count, and an item's own `slug` only where it has no name.
    """
    if isinstance(value, str):
        return _words(value) or None
    if isinstance(value, dict):
        pairs = [(str(key), norm(item)) for key, item in counted(value)]
        return tuple(sorted((pair for pair in pairs if pair[1] is not None), key=repr)) or None
    if isinstance(value, list | tuple):
        items = [item for item in map(norm, value) if item is not None]
        return tuple(sorted(items, key=repr)) or None
    return _plain(value) or None


def counted(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The pairs of a map that a reader sees: no links between files; its own slug where it has no name."""
    own = [key for key in value if is_bookkeeping(key)]
    if not own:
        return list(value.items())
    named = not all(is_empty(value.get(key)) for key in _NAMES)
    hidden = own if named else [key for key in own if key not in ("slug", "id", "uid")]
    return [pair for pair in value.items() if pair[0] not in hidden]


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: none, blanks, a list or a map of nothing that counts."""
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, dict):
        if any(not is_bookkeeping(key) and not is_empty(item) for key, item in value.items()):
            return False  # the usual case: no need to ask which of its keys count
        return all(is_empty(item) for _, item in counted(value))
    if isinstance(value, list | tuple):
        return all(map(is_empty, value))
    return value is None


@lru_cache(maxsize=1024)
def is_bookkeeping(key: object) -> bool:
    """Whether a key of a map links files, or names one: `org_slug`, `id`."""
    return bool(_BOOKKEEPING.match(str(key)))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    # In Python True is 1, and maps are first compared as they are: here it is, too.
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return _words(str(value))


def _words(text: str) -> str:
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def word(value: Any, language: str = "en") -> str:
    """A value in a reader's words: yes and no, spans with a dash, lists with the language's comma."""
    if isinstance(value, str):
        plain = _words(value)
        return _SPAN.sub("–", plain) if plain[:4].isdigit() and _IS_SPAN.fullmatch(value) else plain
    if isinstance(value, bool):
        return phrases(language)("yes" if value else "no", "value")
    if isinstance(value, dict):
        return summary(value, language)
    if isinstance(value, list | tuple):
        return phrases(language).list([said for said in (word(item, language) for item in value) if said])
    return _plain(value)


_ROLES: Final = ("position", "role", "degree", "relation", "issuer", "venue", "type", "context")
_TIMES: Final = ("years", "year", "period", "date")


def summary(value: Any, language: str = "en") -> str:
    """A list item in one line, from the keys that name it: `OpenAI · 研究員 · 2021–現在`."""
    if not isinstance(value, dict):
        return word(value, language)
    name = _first(value, _NAMES, language) or _from_slug(value)
    parts = [name, _first(value, _ROLES, language), _first(value, _TIMES, language)]
    if not name:
        parts = [word(item, language) for key, item in value.items() if not is_bookkeeping(key)][:3]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _first(item: Mapping[str, Any], keys: Sequence[str], language: str) -> str:
    for key in keys:
        if (value := item.get(key)) is not None and (said := word(value, language)):
            return said
    return ""


def _from_slug(item: Mapping[str, Any]) -> str:
    """A name made of a slug, where an item has no other: `ashish-vaswani` is Ashish Vaswani."""
    return " ".join(part.capitalize() for part in _plain(item.get("slug")).split("-"))
