"""What a feed says, understood: its own name and its items, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digest.model import Also, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One item of a feed, in one line each, with every address absolute.

    `guid` identifies it within its feed and is never empty: its id; its id and address where the feed repeats
    ids; else its address; else a hash of its words. `url` is what a reader clicks, without what only tracks;
    `canonical` is for comparing (digest.text.canonical), empty where the address is not the item's own.
    `summary` is Markdown that holds nothing but words, links and emphasis, at most about 600 characters; it
    is empty for items that were known already. `date` and `updated` are aware, in UTC. `kind` is article,
    video, podcast or paper; `duration` counts seconds, 0 where unknown. `image` is an address. `language` is
    BCP 47, empty where neither feed nor letters tell. `feed` and `source` are the address and the name of its
    feed; `also` says where else the same story stands.
    """

    guid: str
    url: str
    title: str
    canonical: str = ""
    summary: str = ""
    author: str = ""
    date: datetime | None = None
    updated: datetime | None = None
    kind: str = "article"
    duration: int = 0
    image: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    feed: str = ""
    source: str = ""
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed, read: newest first as far as dates tell, else in its own order.

    `home` is the page that it belongs to; `ttl` how many seconds it asks to be left alone, 0 where it does
    not say; `total` how many items it held before any was passed over. `failed` when nothing of it can be
    used; the error among `problems` then says why. Problems have the feed's address as their path.
    """

    url: str
    title: str = ""
    language: str = ""
    home: str = ""
    ttl: int = 0
    total: int = 0
    items: tuple[FeedItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    failed: bool = False
