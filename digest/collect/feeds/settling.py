"""Raw items settled: who each is within its feed, its address, words, kind and language."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from digest.collect.dates import NEWEST
from digest.collect.feeds.cleaning import Cleaned, clean, words
from digest.collect.feeds.items import FeedItem
from digest.collect.feeds.raw import RawFeed, RawItem
from digest.collect.kinds import host_kind
from digest.collect.loose_script import language_of
from digest.collect.naming import language_tag
from digest.collect.values import is_web_address, unique
from digest.text.canonical import canonical, untracked
from digest.text.likeness import without_site
from digest.text.links import absolute
from digest.text.markup import plain_text
from digest.text.scripts import primary

_KINDS: Final = frozenset(("video", "podcast", "paper"))
_PAPERS: Final = (
    "biorxiv.org", "medrxiv.org", "openreview.net", "aclanthology.org", "ssrn.com", "eprint.iacr.org",
    "proceedings.mlr.press", "papers.nips.cc", "hal.science", "osf.io",
)  # fmt: skip
_COMMAS: Final = re.compile(r"[,，、;；]")
_NO_TAGS: Final = frozenset((
    "uncategorized", "uncategorised", "未分類", "未分类", "미분류", "general", "blog", "posts", "all",
))  # fmt: skip
_MOST_TAGS: Final = 12
_OLDEST: Final = 1971
"""Feeds date before it what they do not date: 0001-01-01, 1970-01-01."""

_CJK: Final = ("zh", "ja", "ko")


def settle(feed: RawFeed, url: str, known: Collection[str] = ()) -> tuple[tuple[FeedItem, ...], int]:
    """The items that have an address, newest first as far as dates tell; and how many have none.

    Markup is cleaned only of items whose guid is not `known`.
    """
    name = words(feed.title, plain=feed.title_plain, longest=120)
    placed = [(raw, address) for raw in feed.items if (address := _address(raw, url))]
    guids = _guids(placed)
    shared = _shared(placed)
    items: dict[str, FeedItem] = {}
    for (raw, address), guid in zip(placed, guids, strict=True):
        if guid not in items:
            item = _item(raw, address, guid, feed, clean_it=guid not in known, base=url)
            page = "" if canonical(address) in shared else canonical(address)
            items[guid] = replace(
                item, canonical=page, title=without_site(item.title, name), feed=url, source=name
            )
    return _newest_first(items.values()), len(feed.items) - len(placed)


def _newest_first(given: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """By date, undated ones last; in the feed's own order if most of them have none."""
    items = tuple(given)
    dated = [(item.date, -place) for place, item in enumerate(items) if item.date]
    if len(dated) * 2 < len(items):
        return items
    newest = tuple(items[-place] for _, place in sorted(dated, reverse=True))
    return newest + tuple(item for item in items if not item.date)


def _address(raw: RawItem, url: str) -> str:
    """The page of an item; else its recording; else its id, where that is an address."""
    base = absolute(raw.base, url) or url
    for link in (raw.link, *(medium.url for medium in raw.media if not medium.is_a("image"))):
        if link and (found := untracked(absolute(link, base))):
            return found
    return untracked(raw.id) if is_web_address(raw.id) else ""


def _guids(placed: list[tuple[RawItem, str]]) -> list[str]:
    """What identifies each: its id; with its address where ids repeat; with its words where both do."""
    ids = Counter(raw.id for raw, _ in placed)
    pairs = Counter((raw.id, address) for raw, address in placed)
    titles: dict[tuple[str, str], set[str]] = {}
    for raw, address in placed:
        titles.setdefault((raw.id, address), set()).add(raw.title)
    found = []
    for raw, address in placed:
        guid = raw.id if raw.id and ids[raw.id] == 1 else f"{raw.id} {address}".strip()
        if pairs[raw.id, address] > 1 and len(titles[raw.id, address]) > 1:
            guid += f" {hashlib.blake2b(raw.title.encode(), digest_size=8).hexdigest()}"
        found.append(guid[:1_000])
    return found


def _shared(placed: list[tuple[RawItem, str]]) -> set[str]:
    """Addresses that several different items give: the home page, and no item's own."""
    titles: dict[str, set[str]] = {}
    for raw, address in placed:
        titles.setdefault(canonical(address), set()).add(raw.title)
    return {page for page, different in titles.items() if len(different) > 1}


def _item(raw: RawItem, address: str, guid: str, feed: RawFeed, *, clean_it: bool, base: str) -> FeedItem:
    base = absolute(raw.base, base) if raw.base else address  # as on the page that the words are from
    cleaned = clean(raw.markup, base, plain=raw.plain) if clean_it else Cleaned()
    kind = _kind(raw, address)
    title = words(raw.title, plain=raw.title_plain) or _untitled(raw, address)
    return FeedItem(
        guid=guid,
        url=address,
        title=title,
        summary="" if plain_text(cleaned.summary) == title else cleaned.summary,
        author=words(raw.author, plain=False, longest=120),
        date=_dated(raw.date),
        updated=_dated(raw.updated) if raw.updated != raw.date else None,
        kind=kind,
        duration=_duration(raw) if kind in ("video", "podcast") else 0,
        image=_image(raw, cleaned, base, feed.image if kind == "podcast" else ""),
        tags=_tags(raw.tags),
        language=_language(raw, feed, f"{title}\n{plain_text(cleaned.summary)}"),
    )


def _untitled(raw: RawItem, address: str) -> str:
    """For an item without a title the first words of it, else the last part of its address."""
    begin = words(raw.markup[:5_000], plain=raw.plain, longest=90)
    path = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    return begin or words(path.replace("-", " "), plain=True) or urlsplit(address).netloc


def _dated(date: datetime | None) -> datetime | None:
    return date if date and _OLDEST <= date.year <= NEWEST else None


def _kind(raw: RawItem, address: str) -> str:
    """What the format says, else its recording, else the host of its page."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    if raw.kind in _KINDS:
        return raw.kind
    if any(medium.is_a("audio") for medium in raw.media):
        return "podcast"
    told = host_kind(address)
    if told in _KINDS:
        return told
    if any(host == paper or host.endswith(f".{paper}") for paper in _PAPERS):
        return "paper"
    # News sites put a clip beside a text; a recording without words is the item itself.
    films = [medium for medium in raw.media if medium.is_a("video")]
    return "video" if films and (raw.seconds or len(raw.markup) < 300) else "article"


def _duration(raw: RawItem) -> int:
    return raw.seconds or next((medium.seconds for medium in raw.media if medium.seconds), 0)


def _image(raw: RawItem, cleaned: Cleaned, base: str, cover: str) -> str:
    """The picture that the item names, else an enclosed one, else the first of its text, else the cover."""
    enclosed = (medium.url for medium in raw.media if medium.is_a("image"))
    for url in (*raw.images, *enclosed, cleaned.image, cover):
        if found := untracked(absolute(url, base)) if url else "":
            return found
    return ""


def _tags(given: Iterable[str]) -> tuple[str, ...]:
    """Tags as an editor would write them: none with a comma in it, none twice, none that is an address."""
    parts = (part for tag in given for part in _COMMAS.split(tag[:500]))
    names = (words(part, plain=False, longest=60).strip("“”").lstrip("#＃").strip() for part in parts)
    kept = (name for name in names if name and "://" not in name and name.casefold() not in _NO_TAGS)
    return unique(kept)[:_MOST_TAGS]


def _language(raw: RawItem, feed: RawFeed, sample: str) -> str:
    """The language that is told, unless the letters say another; told by letters only where they can tell."""
    told = language_tag(raw.language) or language_tag(feed.language)
    guess = language_of(sample)
    if primary(guess.value) in _CJK and guess.confidence > 0.5 and primary(told) != primary(guess.value):
        return told if primary(told) in _CJK and guess.confidence < 0.9 else guess.value
    return told
