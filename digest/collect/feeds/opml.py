"""OPML, in which feed readers hand each other their subscriptions: read as it comes, written by the book.

What programs export is often no sound XML (a bare `&` in an address is the commonest fault), so it is read
as tolerantly as a browser reads a page. Source: OPML 2.0, http://opml.org/spec2.opml
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from digest.collect.decoding import decode
from digest.collect.feeds.outlines import Tag, tags
from digest.collect.mistakes import Mistake, Report
from digest.collect.naming import language_tag
from digest.errors import ProblemError
from digest.model import Problem, Severity
from digest.text.characters import legal, mailable

MOST_BYTES: Final = 10_000_000
_MOST_TAGS: Final = 12
_MOST_TOLD: Final = 100
"""Addresses that are told of one by one, each with its line."""
_LONGEST_TITLE: Final = 300
_LONGEST_TAG: Final = 60
_LONGEST_ADDRESS: Final = 8_000
_DECLARED: Final = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{2,40})["']""")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+\S*\Z", re.IGNORECASE)
_NOTHING_SAID: Final = frozenset(
    ("", "all", "default", "feeds", "misc", "none", "root", "rss", "subscriptions", "uncategorized")
)
"""Folders that say nothing of what is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed in an OPML file: `tags` are its categories and the folders that it lies in, the outer first."""

    url: str
    title: str = ""
    home: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


def web_address(said: str) -> str:
    """An address as somebody wrote it, made http or https: `feed:` and `feed://` mean that; empty if none."""
    url = said.strip()
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "feed":
        url = rest if _ADDRESS.match(rest) else f"http:{rest}"
    return url if _ADDRESS.match(url) else ""


class _Reader:
    """Walks the outlines, and knows the folders that it is in."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.folders: list[str] = []
        self.found: dict[str, Outline] = {}
        self.outlines = 0
        self.foreign: list[tuple[int, str, str]] = []

    def walk(self) -> None:
        """Take every feed, and tell of the first of those whose address is none."""
        for tag in tags(self.report.text):
            if tag.closes:
                del self.folders[-1:]
                continue
            name = self._outline(tag)
            if tag.opens:
                self.folders.append(name)
        self._tell()

    def _outline(self, tag: Tag) -> str:
        """Take a feed; the name of what is no feed, since it is a folder."""
        said = {name: _line(value) for name, value in tag.said.items()}
        self.outlines += 1
        title = (said.get("title", "") or said.get("text", ""))[:_LONGEST_TITLE]
        address = said.get("xmlurl", "") or (said.get("url", "") if said.get("type") in _FEEDS else "")
        if not address:
            return "" if said.get("htmlurl") or said.get("url") else title[:_LONGEST_TAG].rstrip()
        url = web_address(address) if len(address) <= _LONGEST_ADDRESS else ""
        if not url:
            self.foreign.append((tag.offset, address[:200], title))
        elif url not in self.found:
            self.found[url] = self._feed(url, title, said)
        return ""

    def _feed(self, url: str, title: str, said: dict[str, str]) -> Outline:
        folders = [each for each in self.folders[:_MOST_TAGS] if each.casefold() not in _NOTHING_SAID]
        categories = islice(_categories(said.get("category", "")), _MOST_TAGS)
        names = dict.fromkeys([*folders, *(each[:_LONGEST_TAG].rstrip() for each in categories)])
        return Outline(
            url=url,
            title=title if title != url else "",
            home=web_address(said.get("htmlurl", "")[:_LONGEST_ADDRESS]),
            language=language_tag(said.get("language", "")),
            tags=tuple(names)[:_MOST_TAGS],
        )

    def _tell(self) -> None:
        """A problem for each of the first addresses that are none, the last of them counting the others."""
        told = self.foreign[:_MOST_TOLD]
        for number, (offset, address, title) in enumerate(told, 1):
            more = len(self.foreign) - number if number == len(told) else 0
            mistake = Mistake(
                rule="opml-address",
                sentence=f"the address of {title or 'a feed'} is none that can be fetched: {address}"
                + (f"; nor are {more:,} behind it" if more else ""),
                hint="it must begin with http:// or https://",
                severity=Severity.WARNING,
            )
            self.report.at(mistake, self.report.place(offset))


_FEEDS: Final = ("rss", "rss1", "atom", "feed", "pie")


def _line(value: str | None) -> str:
    return " ".join(legal(value or "").split())


def _categories(said: str) -> Iterator[str]:
    """`/a/b,c` is a path of two categories, and another one."""
    for category in said.split(","):
        parts = category.strip().split("/") if category.strip().startswith("/") else [category]
        yield from (part.strip() for part in parts if part.strip())


def read(data: bytes, name: str) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    """The feeds in an OPML file, each address once, and a problem for each that cannot be one.

    Raises:
        ProblemError: it is no text, or no OPML, or there is no feed in it; `name` is its place.
    """
    if len(data) > MOST_BYTES:
        _refuse(name, "opml-unusable", f"this file is larger than {MOST_BYTES // 1_000_000} MB")
    decoded = decode(_as_declared(data))
    report = Report(name, decoded.text)
    if not decoded.readable:
        mistake = decoded.mistake
        _refuse(name, mistake.rule if mistake else "not-text", mistake.sentence if mistake else "is no text")
    reader = _Reader(report)
    reader.walk()
    if not reader.found:
        what = "names no feed" if reader.outlines else "is no OPML"
        _refuse(name, "opml-unusable", f"this file {what}", report.problems)
    return tuple(reader.found.values()), report.problems


def _as_declared(data: bytes) -> bytes:
    """The bytes in UTF-8, if the XML says in which other encoding they are."""
    found = _DECLARED.match(data)
    if found is None:
        return data
    try:
        return data.decode(found[1].decode("ascii")).encode("utf-8", "replace")
    except (LookupError, UnicodeError):
        return data  # it is not what it says; decode() finds out


def _refuse(name: str, rule: str, sentence: str, problems: Iterable[Problem] = ()) -> None:
    report = Report(name, "")
    report.add(
        Mistake(rule=rule, sentence=sentence, hint="export the subscriptions of your reader as OPML again")
    )
    raise ProblemError(*report.problems, *problems)


def write(outlines: Iterable[Outline], title: str) -> str:
    """An OPML 2.0 document of feeds, in their order; the same feeds give the same text."""
    rows = [f"    <outline {' '.join(_attributes(each))}/>" for each in outlines]
    return "\n".join((
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{_escaped(title)}</title>",
        "  </head>",
        "  <body>",
        *rows,
        "  </body>",
        "</opml>",
        "",
    ))  # fmt: skip


def _attributes(feed: Outline) -> Iterator[str]:
    said = {
        "type": "rss",
        "text": feed.title or feed.url,
        "title": feed.title or feed.url,
        "xmlUrl": feed.url,
        "htmlUrl": feed.home,
        "language": feed.language,
        "category": ",".join(_unpathed(tag) for tag in feed.tags),
    }
    return (f'{name}="{_escaped(value)}"' for name, value in said.items() if value)


def _unpathed(tag: str) -> str:
    """A tag that can be read back: a comma would part it, a leading slash make it a path."""
    return tag.replace(",", " ").strip().lstrip("/")


def _escaped(text: str) -> str:
    return html.escape(" ".join(mailable(text).split()))
