"""The quotes band: at most three quotes of the entries and profiles that an issue brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from digest.model import Entry, IssueQuote, Item, Quote, Reason
from digest.text.widths import cells

MOST: Final = 3
"""Quotes in the band."""

_SHORT: Final = 160  # cells of a quote that reads well in the band
_LONG: Final = 400  # cells of a quote that is never shown: it would have to be cut


def quotes(items: Iterable[Item], snapshots: Mapping[str, Entry]) -> tuple[IssueQuote, ...]:
    """Choose whole quotes, spread over different entries first, short ones before long ones.

    Items go in reading order, an entry's quotes in their own. Of an updated profile only those are taken that
    its last published version (`snapshots`, by key) did not have.
    """
    found: list[tuple[int, bool, int, IssueQuote]] = []
    said: set[str] = set()
    for place, item in enumerate(items):
        before = snapshots.get(item.entry.key) if item.reason is Reason.UPDATED else None
        fresh = [quote for quote in _fresh(item.entry, before) if _plain(quote) not in said]
        said |= {_plain(quote) for quote in fresh}
        for turn, quote in enumerate(sorted(fresh, key=_is_long)):
            shown = IssueQuote(quote=quote, entry=item.entry.key, url=item.url)
            found.append((turn, _is_long(quote), place, shown))
    return tuple(each[-1] for each in sorted(found, key=lambda each: (each[1], each[0], each[2]))[:MOST])


def _fresh(entry: Entry, before: Entry | None) -> list[Quote]:
    """An entry's quotes that fit in the band, each once, without those that readers have seen."""
    seen = {_plain(quote) for quote in before.quotes} if before else set()
    distinct = {_plain(quote): quote for quote in reversed(entry.quotes)}
    fits = [quote for text, quote in distinct.items() if text and text not in seen and cells(text) <= _LONG]
    return fits[::-1]


def _plain(quote: Quote) -> str:
    return " ".join(quote.text.split())


def _is_long(quote: Quote) -> bool:
    return cells(_plain(quote)) > _SHORT
