"""The bytes of a feed as a parsed feed: what runs in the worker, with every finding as a problem."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from digest.collect.decoding import Decoded
from digest.collect.feeds.charset import parseable, text_of
from digest.collect.feeds.cleaning import words
from digest.collect.feeds.findings import fail, problem, shrunk
from digest.collect.feeds.items import ParsedFeed
from digest.collect.feeds.json_feed import is_json, read_json
from digest.collect.feeds.raw import RawFeed
from digest.collect.feeds.settling import settle
from digest.collect.feeds.syndication import read_syndication
from digest.collect.naming import language_tag
from digest.model import Problem, Severity
from digest.text.canonical import untracked
from digest.text.links import absolute

_PAGE: Final = re.compile(r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


def parse_feed(
    body: bytes, content_type: str, url: str, *, most: int, known: Collection[str] = (), last: int = 0
) -> ParsedFeed:
    """Read a feed: its first `most` items, markup cleaned of those whose guid is not `known`.

    `last` is how many items it had the last time. Nothing is raised for a fault of the feed: `failed` and
    the problems say it.
    """
    if not body.strip():
        return fail(url, "feed-empty", "the feed is empty: not one byte came", "look at it in a browser")
    decoded = text_of(body, content_type)
    if not decoded.readable:
        return fail(url, "feed-foreign", f"this is no feed: {_why(decoded)}", _LOOK)
    raw = _raw(decoded.text, most)
    if not raw.format:
        return _foreign(decoded.text, url)
    items, homeless = settle(raw, url, known)
    problems = (
        *_encoding(decoded, url),
        *_broken(raw, len(items), url),
        *_missing(raw, homeless, most, url),
        *shrunk(url, len(raw.items), last, more=raw.more),
    )
    return ParsedFeed(
        url=url,
        title=words(raw.title, plain=raw.title_plain, longest=120),
        language=language_tag(raw.language),
        home=untracked(absolute(raw.home, url)) if raw.home else "",
        ttl=raw.seconds,
        total=len(raw.items),
        items=items,
        problems=problems,
        failed=any(each.severity is Severity.ERROR for each in problems),
    )


_LOOK: Final = "look at the address in a browser; `digest feeds add` finds the feed of a page"


def _raw(text: str, most: int) -> RawFeed:
    return read_json(text, most) if is_json(text) else read_syndication(parseable(text), most)


def _why(decoded: Decoded) -> str:
    return decoded.mistake.sentence if decoded.mistake else "it is not text"


def _foreign(text: str, url: str) -> ParsedFeed:
    what = "a web page and" if _PAGE.match(text) else "something else,"
    return fail(url, "feed-foreign", f"this is {what} no feed", _LOOK)


def _encoding(decoded: Decoded, url: str) -> tuple[Problem, ...]:
    if decoded.mistake is None:
        return ()
    hint = "look at the words of its items; tell whoever writes it"
    return (problem(Severity.WARNING, decoded.mistake.rule, decoded.mistake.sentence, url, hint),)


def _broken(raw: RawFeed, items: int, url: str) -> tuple[Problem, ...]:
    """A feed that breaks off: an error if nothing was saved. One without items: a warning."""
    if raw.fault is None:
        empty = problem(
            Severity.WARNING, "feed-empty", "the feed has no items", url, "wait, or look at it in a browser"
        )
        return () if raw.items else (empty,)
    severity = Severity.WARNING if items else Severity.ERROR
    saved = f"; {items} item{'s' * (items > 1)} could be read" if items else ", and no item could be read"
    hint = "items may be missing; tell whoever writes it"
    at = (raw.fault.line, raw.fault.column)
    return (problem(severity, "feed-broken", raw.fault.sentence + saved, url, hint, at=at),)


def _missing(raw: RawFeed, homeless: int, most: int, url: str) -> tuple[Problem, ...]:
    """What of the feed was passed over, counted."""
    found = []
    if homeless:
        sentence = f"{homeless} of {len(raw.items)} items without an address passed over"
        found.append(problem(Severity.WARNING, "feed-item-lost", sentence, url, "tell whoever writes it"))
    if raw.more:
        sentence = f"the feed has more than {most} items; those behind were not read"
        found.append(
            problem(Severity.INFO, "feed-long", sentence, url, "`max_entries` in [feeds] raises the bound")
        )
    return tuple(found)
