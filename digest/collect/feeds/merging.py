"""The same story from several feeds made one item that says where else it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from digest.collect.feeds.items import FeedItem
from digest.model import Also
from digest.text.likeness import close, probes, traits

_APART: Final = timedelta(days=3)
"""Between two items of the same story in different feeds."""

_MOST_ALSO: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`items`, one a new story, in order; `joined`, known items and where else their story stands now."""

    items: tuple[FeedItem, ...]
    joined: tuple[tuple[FeedItem, Also], ...] = ()


def merge(items: Sequence[FeedItem], known: Sequence[FeedItem] = ()) -> Merged:
    """Put together what tells the same story, among new items and with those known already.

    The same story has the same canonical address; or stands in different feeds within three days under titles
    that are alike, and that neither feed repeats. Of several new items the one on its own site stays, then
    the earliest; it takes summary, picture and tags that it lacks from the others.
    """
    everything = (*known, *items)
    groups = _groups(everything)
    merged: dict[int, FeedItem] = {}
    joined: list[tuple[FeedItem, Also]] = []
    for members in groups:
        old = [everything[place] for place in members if place < len(known)]
        new = [everything[place] for place in members if place >= len(known)]
        if old:
            joined += [(old[0], also) for also in _elsewhere(old[0], new)]
        elif new:
            best = min(range(len(new)), key=lambda at: (_foreign(new[at]), _when(new[at]), at))
            merged[members[0]] = _one(new[best], [*new[:best], *new[best + 1 :]])
    return Merged(items=tuple(merged[place] for place in sorted(merged)), joined=tuple(joined))


def _groups(items: Sequence[FeedItem]) -> list[list[int]]:
    """Places of the same story, each group in its order, groups in the order of their first."""
    marks = [traits(item.title) for item in items]
    commonness = Counter(mark for each in marks for mark in each)
    serial = Counter((item.feed, marks[place]) for place, item in enumerate(items))
    leader = list(range(len(items)))
    feeds: list[set[str]] = [{item.feed} for item in items]
    pages: dict[str, int] = {}
    seen: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        first = leader[pages.setdefault(item.canonical, place)] if item.canonical else place
        if serial[item.feed, marks[place]] == 1:  # a title that a feed repeats is that of a series
            rare = probes(marks[place], commonness)
            if first == place:
                near = sorted({at for mark in rare for at in seen.get(mark, ())})
                alike = (leader[at] for at in near if _same(items, marks, at, place))
                first = next((at for at in alike if item.feed not in feeds[at]), place)
            for mark in rare:
                seen.setdefault(mark, []).append(place)
        leader[place] = first
        feeds[first].add(item.feed)
    found: dict[int, list[int]] = {}
    for place, first in enumerate(leader):
        found.setdefault(first, []).append(place)
    return list(found.values())


def _same(items: Sequence[FeedItem], marks: Sequence[frozenset[str]], one: int, other: int) -> bool:
    """Whether two items of different feeds tell one story."""
    first, second = items[one], items[other]
    if first.feed == second.feed or not close(marks[one], marks[other]):
        return False
    return not (first.date and second.date) or abs(first.date - second.date) <= _APART


def _foreign(item: FeedItem) -> bool:
    """Whether an item's page is on another site than its feed: an aggregator's."""
    page, feed = (_site(url) for url in (item.url, item.feed))
    return page != feed


def _site(url: str) -> str:
    """The last two parts of a host, or three of `example.co.uk`."""
    parts = (urlsplit(url).hostname or "").split(".")
    own = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3 else 2
    return ".".join(parts[-own:])


def _when(item: FeedItem) -> tuple[bool, str]:
    return (item.date is None, item.date.isoformat() if item.date else "")


def _one(item: FeedItem, others: Sequence[FeedItem]) -> FeedItem:
    if not others:
        return item
    return replace(
        item,
        summary=item.summary or next((each.summary for each in others if each.summary), ""),
        image=item.image or next((each.image for each in others if each.image), ""),
        tags=item.tags or next((each.tags for each in others if each.tags), ()),
        also=(*item.also, *_elsewhere(item, others))[:_MOST_ALSO],
    )


def _elsewhere(item: FeedItem, others: Sequence[FeedItem]) -> list[Also]:
    """Where else a story stands: each other feed once, not at the address that is told already."""
    told = {item.url, *(also.url for also in item.also)}
    feeds = {item.feed}
    found = []
    for other in others:
        if other.feed not in feeds:
            feeds.add(other.feed)
            url = other.url if other.url not in told else other.feed
            told.add(url)
            found.append(Also(name=other.source or urlsplit(other.url).netloc, url=url))
    return found
