"""Feeds found from a page's address."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.discovery import feed_links, guesses, is_feed
from tests.collect.watchdog import watchdog

FEEDS = Path(__file__).parents[2] / "fixtures" / "feeds"
CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "feeds"
URL = "https://tea.example/blog/"


def found(page: str) -> list[str]:
    return [link.url for link in feed_links(page, URL)]


def test_links_of_the_head() -> None:
    """Atom before RSS before JSON, comments last, each once; with titles."""
    page = """
    <LINK REL='alternate' TYPE='application/rss+xml; charset=utf-8' TITLE='茶山 &amp; 筆記' HREF='/feed/'>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
    <link rel=alternate type=application/atom+xml href=atom.xml>
    <link rel="alternate" type="application/feed+json" href="https://tea.example/feed.json?utm_source=x">
    <link rel="alternate" type="application/json" href="https://tea.example/wp-json/wp/v2/posts/1">
    <link rel="alternate" hreflang="ko" href="/ko/"> <link rel="stylesheet" href="/feed.css">
    <link rel="alternate" type="application/rss+xml" href="/feed/"> <link rel="alternate" type="text/xml">
    <link rel="alternate" type="application/rss+xml" href="javascript:x()">
    """
    assert found(page) == [
        "https://tea.example/blog/atom.xml",
        "https://tea.example/feed/",
        "https://tea.example/feed.json",
        "https://tea.example/comments/feed/",
    ]
    assert feed_links(page, URL)[1].title == "茶山 & 筆記"


def test_links_of_the_body_come_after() -> None:
    """An anchor that looks like a feed is better than none; `<base>` counts."""
    page = "<base href='https://b.example/x/'><a href='rss.xml'>RSS</a><a href='/about'>x</a>"
    page += "<link rel=alternate type=text/xml href=f>"
    assert found(page) == ["https://b.example/x/f", "https://b.example/x/rss.xml"]


def test_a_page_without_feeds() -> None:
    """Nothing is invented; the page itself is no feed of its own."""
    assert found("<p>words</p><a href='/feedback'>x</a>") == []
    assert feed_links("<a href='https://tea.example/feed/'>x</a>", "https://tea.example/feed") == ()


def test_guesses_are_near_the_page_first() -> None:
    """Beside the page, then at the root."""
    places = guesses("https://tea.example/blog")
    assert places[0] == "https://tea.example/blog/feed"
    assert "https://tea.example/rss.xml" in places
    assert len(guesses("https://tea.example/")) == 8
    assert guesses("nonsense") == ()


@pytest.mark.parametrize("path", sorted(FEEDS.iterdir()), ids=lambda path: path.name)
def test_a_feed_is_known_by_how_it_begins(path: Path) -> None:
    """Whatever Content-Type it comes with."""
    assert is_feed(path.read_bytes(), "text/html")


def test_real_feeds_are_known() -> None:
    """The thirteen of the corpora, when they are there."""
    for path in CORPUS.glob("*.xml") if CORPUS.exists() else ():
        assert is_feed(path.read_bytes(), "text/plain"), path.name


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"<!DOCTYPE html><html>", "application/rss+xml", False),
        (b"<html><body><rss>", "text/html", False),
        (b'{"a": 1}', "application/json", False),
        (b'{"version": "1"}', "application/feed+json", True),
        (b"<?xml version='1.0'?><!-- c --><?xml-stylesheet href='x'?><atom:feed>", "", True),
        (b"<?xml version='1.0'?><urlset>", "application/xml", False),
        (b"", "application/rss+xml", False),
    ],
)
def test_what_is_a_feed(body: bytes, content_type: str, expected: bool) -> None:
    """Bytes decide."""
    assert is_feed(body, content_type) is expected


@given(st.text(max_size=200), st.binary(max_size=200))
def test_any_page_raises_nothing(page: str, body: bytes) -> None:
    """Whatever a page holds, what is found are addresses."""
    for text in (page, f"<link rel=alternate type=text/xml {page}>", f"<a href='{page}/feed'>"):
        assert all(link.url.startswith("http") for link in feed_links(text, URL))
    is_feed(body, page)


@pytest.mark.parametrize(
    "piece", ["<link ", "<a href='", "<!--", "<?xml ", "<link rel=alternate ", " ", "<a " + "b=c " * 400]
)
def test_endless_pages_are_read_in_linear_time(piece: str) -> None:
    """A million characters of beginnings that never end: the test would not come back."""
    page = piece * (1_000_000 // len(piece))
    assert feed_links(page, URL) == ()
    assert not is_feed(page.encode(), "text/html")


@pytest.mark.parametrize(
    "token", [b"<!---->", b"<?xml-stylesheet?>", b"<!-- ", b"<!DOCTYPE rss>", b" ", b"<?xml "]
)
def test_what_only_looks_like_the_beginning_of_a_feed_is_soon_known(token: bytes) -> None:
    """Comments and declarations without a root behind them are not parted anew in every way there is."""
    with watchdog(20, f"on {token!r}"):
        assert not is_feed(token * (10_000 // len(token)), "text/html")
