"""RSS and Atom of every version, by feedparser: its entries as raw items. The only door to feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NoReturn
from xml.sax import SAXParseException
from zoneinfo import ZoneInfo

import feedparser
import feedparser.api

from digest.collect.dates import stamp
from digest.collect.feeds.facts import number, seconds, text
from digest.collect.feeds.raw import Fault, Medium, RawFeed, RawItem

_ROOT: Final = re.compile(r"<(?:rss|feed|rdf:rdf|channel|[\w-]+:feed|[\w-]+:rdf)\b", re.IGNORECASE)
_MAIL: Final = re.compile(r"(?:mailto:)?[^\s()<>@]{1,64}@[^\s()<>@]{1,255}")
_ZONE: Final = ZoneInfo("UTC")
_PARSERS: Final = ("StrictFeedParser", "LooseFeedParser")
_PERIODS: Final = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_MOST: Final = 50
"""Tags, media and authors read of an item: nobody means more."""


class _EnoughError(Exception):
    """The feed has more items than are read."""

    def __init__(self, parser: Any) -> None:
        super().__init__()
        self.parser = parser


def read_syndication(source: str, most: int) -> RawFeed:
    """RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0 of `parseable` text; parsing ends behind `most` items.

    Markup is neither cleaned nor are its links resolved here.
    """
    parser, version, fault = _parsed(source, most)
    feed, atom = dict(parser["feed"]), version.startswith("atom")
    author = _author(feed) if atom else ""  # RFC 4287 §4.2.1: it holds for entries that name none
    items = tuple(_item(dict(entry), atom, author) for entry in parser["entries"][:most])
    return RawFeed(
        format=version if version or items or _ROOT.search(source, 0, 5_000) else "",
        title=text(feed.get("title")),
        title_plain=atom and _type(feed, "title") == "text/plain",
        language=text(feed.get("language")) or text(_detail(feed, "title").get("language")),
        home=_link(feed),
        seconds=_ttl(feed),
        image=text(_table(feed.get("image")).get("href")),
        items=items,
        more=len(parser["entries"]) > most or parser["more"],
        fault=fault,
    )


def _parsed(source: str, most: int) -> tuple[dict[str, Any], str, Fault | None]:
    """Feed, entries and whether there are more; the version; where the XML breaks."""
    data = io.BytesIO(source.encode("utf-8", "replace"))  # never bytes: it would open a file of that name
    try:
        with _bounded(most):
            found = feedparser.parse(
                data,
                response_headers={"content-type": "application/xml; charset=utf-8"},
                sanitize_html=False,
                resolve_relative_uris=False,
            )
    except _EnoughError as enough:
        parser = enough.parser
        return {"feed": parser.feeddata, "entries": parser.entries, "more": True}, parser.version, _stumble()
    error = found.get("bozo_exception") if found.get("bozo") else None
    fault = _fault(error) if isinstance(error, SAXParseException) else _stumble()
    return {"feed": found.feed, "entries": found.entries, "more": False}, found.get("version", ""), fault


def _stumble() -> Fault | None:
    """The element that feedparser stumbled over, if any."""
    name = _Bounds.stumbled
    return Fault(sentence=f"its element {name[:40]} is not where it belongs") if name else None


class _Bounds:
    """Ends the parsing at the item after the last that is wanted, and steps over what feedparser falls over.

    feedparser has no such bound, and a misplaced element (an enclosure's end without its beginning) is a
    KeyError that would cost the whole feed.
    """

    most = 0
    stumbled = ""
    entries: list[Any]

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        try:
            super().unknown_starttag(tag, attributes)  # type: ignore[misc]  # of feedparser's parser
        except (LookupError, AttributeError, TypeError, ValueError):
            _Bounds.stumbled = tag

    def unknown_endtag(self, tag: str) -> None:
        try:
            super().unknown_endtag(tag)  # type: ignore[misc]  # of feedparser's parser
        except (LookupError, AttributeError, TypeError, ValueError):
            _Bounds.stumbled = tag

    def _start_item(self, attributes: Any) -> None:
        if len(self.entries) >= _Bounds.most:
            self._enough()
        super()._start_item(attributes)  # type: ignore[misc]  # of feedparser's parser

    def _enough(self) -> NoReturn:
        raise _EnoughError(self)

    _start_entry = _start_item


@contextmanager
def _bounded(most: int) -> Iterator[None]:
    """Put the bound into both of feedparser's parsers, the strict and the forgiving, for one parsing only.

    Whoever else calls feedparser in this process gets it as it is.
    """
    _Bounds.most, _Bounds.stumbled = most, ""
    usual = {name: getattr(feedparser.api, name) for name in _PARSERS}
    try:
        for name, parser in usual.items():
            setattr(feedparser.api, name, type(name, (_Bounds, parser), {}))
        yield
    finally:
        for name, parser in usual.items():
            setattr(feedparser.api, name, parser)


def _fault(error: SAXParseException) -> Fault:
    why = str(error.getMessage()).replace("\n", " ")[:100]
    line, column = error.getLineNumber() or 1, error.getColumnNumber() or 0
    return Fault(sentence=f"its XML is broken: {why}", line=line, column=column + 1)


def _item(entry: Any, atom: bool, author: str) -> RawItem:
    body = _body(entry)
    detail = _detail(entry, "title")
    return RawItem(
        id=text(entry.get("id")),
        link=text(entry.get("feedburner_origlink")) or _link(entry),
        base=text(body.get("base")) or text(detail.get("base")),
        title=text(entry.get("title")),
        title_plain=atom and detail.get("type") == "text/plain",
        markup=text(body.get("value")),
        plain=atom and body.get("type") == "text/plain",
        author=_author(entry) or author,
        date=_date(entry, "published") or _date(entry, "created") or _date(entry, "updated"),
        updated=_date(entry, "updated"),
        kind="video" if entry.get("yt_videoid") or entry.get("media_player") else "",
        seconds=seconds(entry.get("itunes_duration")),
        media=_media(entry),
        images=tuple(filter(None, _images(entry))),
        tags=tuple(text(each.get("term")) for each in _tables(entry.get("tags"))),
        language=text(entry.get("language")) or text(detail.get("language")),
    )


def _body(entry: Any) -> dict[str, Any]:
    """The summary where there is one, else the longest content."""
    summary = _detail(entry, "summary")
    if text(summary.get("value")):
        return summary
    contents = _tables(entry.get("content"))
    return max(contents, key=lambda each: len(text(each.get("value"))), default={})


def _link(entry: Any) -> str:
    """The page: the alternate that is HTML, else any, else what the format calls its link."""
    links = [each for each in _tables(entry.get("links")) if each.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda each: "html" not in text(each.get("type") or "text/html"))
    return next((href for each in links if (href := text(each.get("href")))), text(entry.get("link")))


def _author(entry: Any) -> str:
    """Names without mail addresses, which nobody gave us to publish.

    Of a single author the words as written: feedparser cuts addresses with long last parts in the middle.
    """
    several = [text(each.get("name")) for each in _tables(entry.get("authors"))]
    given = several if len(several) > 1 else [text(entry.get("author"))]
    names = (_MAIL.sub("", each).strip(" \t\n()<>,;") if "@" in each else each for each in given)
    return ", ".join(dict.fromkeys(filter(None, names)))


def _date(entry: Any, name: str) -> datetime | None:
    """The moment by our own reading, which knows CJK dates, else by feedparser's, which knows EST."""
    written = text(entry.get(name))
    try:
        found = stamp(written, _ZONE)
        return found.at.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        parsed = entry.get(f"{name}_parsed")
    if not isinstance(parsed, tuple) or not written.isascii():
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _media(entry: Any) -> tuple[Medium, ...]:
    given: list[tuple[Any, dict[str, Any], Any]] = [
        (each.get("href"), each, 0) for each in _tables(entry.get("links")) if each.get("rel") == "enclosure"
    ]
    given += [(each.get("url"), each, each.get("duration")) for each in _tables(entry.get("media_content"))]
    return tuple(
        Medium(
            url=text(url),
            type=text(each.get("type")) or (f"{each['medium']}/*" if each.get("medium") else ""),
            seconds=seconds(length),
            width=number(each.get("width")),
        )
        for url, each, length in given
        if text(url)
    )


def _images(entry: Any) -> Iterable[str]:
    """Pictures in the order of how surely each is the item's own."""
    thumbnails = sorted(_tables(entry.get("media_thumbnail")), key=lambda each: -number(each.get("width")))
    media = [each for each in _media(entry) if each.is_a("image")]
    yield from (each.url for each in sorted(media, key=lambda each: -each.width))
    yield from (text(each.get("url")) for each in thumbnails)
    yield text(_table(entry.get("image")).get("href"))


def _ttl(feed: Any) -> int:
    """Seconds between two visits that the feed asks for: `ttl` in minutes, or RSS 1.0's `syn:` period."""
    period = _PERIODS.get(text(feed.get("sy_updateperiod")).lower(), 0)
    every = period // max(1, number(feed.get("sy_updatefrequency")))
    return max(min(number(feed.get("ttl")) * 60, 604_800), every)


def _detail(entry: Any, name: str) -> dict[str, Any]:
    return _table(entry.get(f"{name}_detail"))


def _type(entry: Any, name: str) -> str:
    return text(_detail(entry, name).get("type"))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in value[:_MOST] if isinstance(each, dict)] if isinstance(value, list) else []
