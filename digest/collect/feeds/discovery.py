"""Finding the feeds of a web page: what it links to, and where sites usually have theirs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from digest.collect.values import one_line
from digest.text.canonical import canonical, untracked
from digest.text.characters import legal
from digest.text.links import absolute

_TAG: Final = re.compile(r"<(link|a|base)\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""([a-zA-Z-]{2,12})\s{0,5}=\s{0,5}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'<>]{1,2000}))"""
)
_TYPES: Final = {
    "application/atom+xml": 0,
    "application/rss+xml": 1,
    "application/feed+json": 2,
    "application/rdf+xml": 3,
    "application/json": 4,
    "application/xml": 5,
    "text/xml": 5,
}
_LOOKS: Final = re.compile(
    r"(?:^|/)(?:feed|rss2?|atom|(?:index|feed|rss|atom)\.xml|feed\.json|feeds/[\w./-]{0,80})/?$"
    r"|\.(?:rss|atom|rdf)$|[?&]feed=(?:rss2?|atom)\b",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(
    r"/comments?/|[?&]feed=comments|comments-rss|댓글|留言|評論|comments feed", re.I
)
_NOT_JSON_FEED: Final = re.compile(r"/wp-json/|oembed", re.IGNORECASE)
_ROOT: Final = re.compile(
    # Possessive: what was taken for a comment is not taken for another one when no root comes behind it.
    rb"\s*+(?:<\?xml[^>]{0,500}\?>|<!--.{0,2000}?-->|<!DOCTYPE\s+rss[^>]{0,500}>|\s){0,20}+"
    rb"<(?:[\w-]{1,20}:)?(?:rss|feed|rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON: Final = re.compile(
    rb'\s*\{(?=.{0,4000}"(?:https?:\\?/\\?/(?:www\.)?jsonfeed\.org|items)\b)', re.DOTALL
)
_USUAL: Final = (
    "feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2",
)  # fmt: skip
_READ: Final = 1_000_000
_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names: its address, what the page calls it, its media type if told."""

    url: str
    title: str = ""
    type: str = ""


def is_feed(body: bytes, content_type: str) -> bool:
    """Whether bytes are a feed by how they begin; a wrong Content-Type does not make them one, or none."""
    head = body[:10_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff")
    if _ROOT.match(head):
        return True
    return bool(_JSON.match(head)) or ("feed+json" in content_type.lower() and head[:1] == b"{")


def feed_links(page: str, url: str) -> tuple[FeedLink, ...]:
    """The feeds that an HTML page names, the likeliest first: `<link>`s, then links that look like feeds.

    Feeds of comments come last. Source: https://html.spec.whatwg.org/#link-type-alternate
    """
    page = page[:_READ]
    base = url
    found: dict[str, tuple[tuple[int, ...], FeedLink]] = {}
    for place, tag in enumerate(_TAG.finditer(page)):
        name, values = tag[1].lower(), _attributes(tag[2])
        href = values.get("href", "")
        if name == "base":
            base = absolute(href, url) or url
        rank = _rank(name, values) if href else None
        address = untracked(absolute(href, base)) if rank is not None else ""
        if rank is not None and address and canonical(address) != canonical(url):
            title = one_line(legal(values.get("title", "")))[:200]
            link = FeedLink(url=address, title=title, type=values.get("type", ""))
            comments = int(bool(_COMMENTS.search(f"{address} {title}")))
            found.setdefault(address, ((comments, rank, place), link))
    return tuple(link for _, link in sorted(found.values(), key=lambda each: each[0]))[:_MOST]


def guesses(url: str) -> tuple[str, ...]:
    """Where a site usually has a feed: beside the page, then at its root; for pages that name none."""
    parts = urlsplit(url)
    folder = urljoin(url, parts.path if parts.path.endswith("/") else f"{parts.path}/")
    root = f"{parts.scheme}://{parts.netloc}/"
    places = [urljoin(base, name) for base in dict.fromkeys((folder, root)) for name in _USUAL]
    return tuple(dict.fromkeys(filter(None, (untracked(place) for place in places))))


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), html.unescape(double or single or bare).strip())
    return found


def _rank(name: str, values: dict[str, str]) -> int | None:
    """How surely a tag names a feed, 0 the surest; None where it does not."""
    href, kind = values["href"], values.get("type", "").partition(";")[0].strip().lower()
    rels = values.get("rel", "").lower().split()
    if name == "link":
        alternate = "alternate" in rels and kind in _TYPES and not _NOT_JSON_FEED.search(href)
        return _TYPES[kind] if alternate else None
    return 10 if name == "a" and _LOOKS.search(href) else None
