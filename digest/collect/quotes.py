"""Quotes in lists: `- On Topic: "…" — Source: [X]`, in the forms that editors write them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from digest.collect.naming import language_tag
from digest.collect.values import one_line
from digest.model import Quote

_ITEM: Final = re.compile(
    r"^\s*(?:[-*•·]|\d{1,3}[.)])\s+"
    r"(?:(?P<strong>\*\*|__)?(?P<topic>[^\"“「『\n]{1,160}?)\s*(?:(?P=strong)\s*[:：]|[:：]\s*(?P=strong))\s*)?"
    r"(?P<quote>\"(?=\S).+\"|“.+”|「.+」|『.+』)"
    r"(?P<rest>[^\"”」』]*)$"
)
_BARE: Final = re.compile(
    r"^\s*(?:[-*•·]|\d{1,3}[.)])\s+(?P<topic>[^\"“「『:：\n]{1,160}?)\s*[:：]\s*"
    r"(?P<quote>\"(?=\S).+\"|“.+”|「.+」|『.+』)(?P<rest>[^\"”」』]*)$"
)
_LINE: Final = re.compile(
    r"\n([ \t]*(?:[-*•·]|\d{1,3}[.)])[ \t]+[^\n\"“「『]*[\"“「『][^\n]*)"
)  # begins with a character, so that the search skips what is none
_LEAD: Final = re.compile(r"^(?:on|about|關於|談|대하여)\s+", re.IGNORECASE)
_SOURCE: Final = re.compile(
    r"^[\s,，。—–\-―~()（]*(?:(?:source|from|來源|出處|출처)\s*[:：]\s*)?", re.IGNORECASE
)
_LIST_ITEM: Final = re.compile(r"^[^\S\n]*(?:[-*•]|\d{1,3}[.)])\s", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\[\]]+)\](?:\([^()\s]*\))?")

ENOUGH: Final = 3
"""Quotes in lists that make an article a collection of quotes."""


def quote_in(line: str, by: str = "") -> Quote | None:
    """The quote of one list item, its topic without "On", its source without brackets; None for no quote."""
    found = _BARE.match(line) or _ITEM.match(line)
    if found is None:
        return None
    topic = _LEAD.sub("", (found["topic"] or "").strip(" *_"))
    return Quote(
        text=found["quote"][1:-1].strip(),
        by=by,
        topic=topic[:1].upper() + topic[1:],
        source=_source(found["rest"]),
    )


def quotes_in(text: str, by: str = "") -> tuple[Quote, ...]:
    """Every quote that is a list item of a text, in order."""
    return tuple(quote for line in _LINE.findall(f"\n{text}") if (quote := quote_in(line, by)))


def has_quoted_items(text: str) -> bool:
    """Whether a list item of a text has a quotation mark in it."""
    return bool(_LINE.search(f"\n{text}"))


def mostly_quotes(body: str, quotes: int) -> bool:
    """Whether at least half of the list items of a body are quotes."""
    return quotes * 2 >= len(_LIST_ITEM.findall(body))


def given_quotes(value: Any, speaker: str) -> tuple[Quote, ...]:
    """The quotes of a list of texts or of tables in front matter; whose they are where they do not say."""
    items = value if isinstance(value, list) else []
    return tuple(quote for item in items if (quote := _given(item, speaker)))


def _given(item: Any, by: str) -> Quote | None:
    if not isinstance(item, dict):
        text = one_line(item)
        return Quote(text=text, by=by) if text else None

    def first(*names: str) -> str:
        return next((text for name in names if (text := one_line(item.get(name)))), "")

    text = first("quote", "text", "content")
    if not text:
        return None
    return Quote(
        text=unicodedata.normalize("NFC", text),
        by=first("by", "author", "speaker", "who") or by,
        topic=first("topic", "on", "context"),
        source=first("source", "from"),
        language=language_tag(first("language", "lang")),
    )


def _source(rest: str) -> str:
    before = _SOURCE.match(rest)
    source = rest[before.end() if before else 0 :].strip(" .。*_")
    if before and ("(" in before[0] or "（" in before[0]):
        source = source.removesuffix(")").removesuffix("）")
    linked = _LINK.fullmatch(source)
    return linked[1].strip() if linked else source
