"""Items as files: what is written is what our own collecting reads, whatever the item says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.collect.entries import parse
from digest.collect.feeds.cleaning import clean, words
from digest.collect.feeds.inbox import article, file_name, item_id, with_also
from digest.collect.feeds.items import FeedItem
from digest.collect.values import unique
from digest.model import Also, Document, Entry, EntryType
from digest.text.canonical import canonical, untracked
from digest.text.shortcodes import Text, tokenize

NOW = datetime(2026, 1, 26, 1, tzinfo=UTC)
TAIPEI = ZoneInfo("Asia/Taipei")
ITEM = FeedItem(
    guid="7",
    url="https://radio.example/12",
    canonical="radio.example/12",
    title="12화: 납 활자의 무게",
    summary="활자 **한 벌**은 몇 킬로그램일까?",
    author="김한결, 이하루",
    date=datetime(2026, 1, 21, 21, 30, tzinfo=UTC),
    updated=datetime(2026, 1, 22, 21, 30, tzinfo=UTC),
    kind="podcast",
    duration=3723,
    image="https://radio.example/12.jpg",
    tags=("활자", "인쇄"),
    language="ko",
    feed="https://radio.example/feed.xml",
    source="활자 라디오",
    also=(Also(name='Planet "Type"', url="https://planet.example/9"),),
)


def collected(text: str) -> Entry:
    """The entry that our own collecting makes of the file, which has no problem."""
    document = Document(
        path="articles/inbox/x.md", data=text.encode(), type=EntryType.ARTICLE, language="zh-Hant-TW"
    )
    entry, problems = parse(document, TAIPEI)
    assert problems == ()
    assert entry
    return entry


def test_the_file_of_an_item(golden) -> None:
    """As an editor finds it, in the site's zone, with the subscription's tags first."""
    text = article(ITEM, now=NOW, zone=TAIPEI, tags=("聲音", "인쇄"), source="Type Radio")
    golden("feeds-in/inbox.md", text)
    entry = collected(text)
    assert (entry.type, entry.kind, entry.title) == (EntryType.LINK, "podcast", ITEM.title)
    assert (entry.source_url, entry.source_name, entry.feed) == (ITEM.url, "Type Radio", ITEM.feed)
    assert (entry.duration, entry.also, entry.language) == (3723, ITEM.also, "ko")
    assert entry.tags == ("聲音", "인쇄", "활자")
    assert entry.image
    assert entry.image.src == ITEM.image
    assert entry.date
    assert entry.date.at == ITEM.date


def test_what_is_not_known_is_not_written() -> None:
    """No empty keys; the subscription's language where nothing told another."""
    bare = FeedItem(guid="1", url="https://x.example/1", title="T", feed="https://x.example/feed")
    text = article(bare, now=NOW, language="en")
    assert [line.partition(":")[0] for line in text.split("\n")[1:-4]] == [
        "id", "title", "kind", "language", "source_url", "feed",
    ]  # fmt: skip
    assert collected(text).language == "en"
    assert collected(text).date is None


def test_a_date_in_the_future_is_a_slip() -> None:
    """More than a day ahead is left out, and the name takes today; a day ahead is another clock."""
    ahead = replace(ITEM, date=NOW + timedelta(days=30))
    assert "date:" not in article(ahead, now=NOW)
    assert "updated:" not in article(ahead, now=NOW)
    assert file_name(ahead, now=NOW).startswith("2026-01-26-12화-납")
    assert "date: 2026-01-26T" in article(replace(ITEM, date=NOW + timedelta(hours=20)), now=NOW)


def test_the_name_of_the_file() -> None:
    """Day in the site's zone, title, the beginning of the id."""
    assert file_name(ITEM, now=NOW, zone=TAIPEI) == f"2026-01-22-12화-납-활자의-무게-{item_id(ITEM)[5:13]}.md"
    assert file_name(replace(ITEM, title="../.."), now=NOW) == f"2026-01-21-{item_id(ITEM)[5:13]}.md"


def test_the_id_is_the_pages() -> None:
    """The same page from another feed has the same id; without a page of its own, feed and guid make it."""
    assert item_id(replace(ITEM, feed="https://other.example/", guid="x")) == item_id(ITEM)
    homeless = replace(ITEM, canonical="")
    assert len({item_id(ITEM), item_id(homeless), item_id(replace(homeless, guid="8"))}) == 3


def test_more_places_of_a_story() -> None:
    """`also` grows by what is not told yet; nothing else of the file changes."""
    third = Also(name="Third: {{< x >}}", url="https://third.example/")
    text = article(ITEM, now=NOW)
    grown = with_also(text, [third, *ITEM.also])
    assert collected(grown).also == (*ITEM.also, Also(name="Third: {{ < x >}}", url=third.url))
    assert [line for line in grown.split("\n") if line not in text.split("\n")] == [
        next(line for line in grown.split("\n") if line.startswith("also"))
    ]
    assert with_also(grown, [third]) == grown
    alone = article(replace(ITEM, also=()), now=NOW)
    assert collected(with_also(alone, ITEM.also)).also == ITEM.also


@pytest.mark.parametrize("text", ["", "words", "---\ntitle: x\n", "+++\ntitle = 'x'\n+++\n"])
def test_a_file_that_is_not_ours_stays(text: str) -> None:
    """Without YAML front matter nothing is added."""
    assert with_also(text, ITEM.also) == text


def test_an_also_that_an_editor_wrote_is_replaced_only_where_we_understand_it() -> None:
    """A list in YAML's own flow style is not ours: ours takes its place, in one line."""
    text = "---\ntitle: x\nalso: [{name: A, url: https://a.example/}]\n---\nbody\n"
    assert with_also(text, ITEM.also).count("also:") == 1


lines = st.text(max_size=80) | st.text(
    "'\"\\:#-[]{}<>%&*!|>@`,?=~ \n\t\u2028\ufeff\x85\x9f\u202e中한é", max_size=40
)
paths = st.text("abc中/?&=#'\"<>[]{}| %", max_size=30)
dates = st.none() | st.datetimes(
    datetime(1971, 1, 1),
    datetime(2026, 1, 26),
    timezones=st.just(UTC),
)


@given(lines, paths, dates, st.lists(lines, max_size=4), lines, lines, lines)
def test_every_item_survives_its_file(title, path, date, tags, author, source, summary) -> None:
    """Title, address, date and tags come back from collecting as the item has them, without a problem."""
    title = words(title, plain=True) or "T"
    url = untracked(f"https://x.example/{path}")
    kept = tuple(
        tag for each in tags for tag in [words(each, plain=True).strip("“”#＃ ")] if tag and "," not in tag
    )
    item = FeedItem(
        guid="1",
        url=url,
        canonical=canonical(url),
        title=title,
        date=date and date.replace(microsecond=0),
        tags=unique(kept),
        author=words(author, plain=False),
        source=words(source, plain=False) or "S",
        summary=clean(summary, url, plain=True).summary,
        feed="https://x.example/feed",
        also=(Also(name=words(source, plain=False) or "S", url=url),),
    )
    entry = collected(article(item, now=NOW, zone=TAIPEI))
    assert (entry.title, entry.source_url, entry.tags) == (title, url, item.tags)
    assert (entry.date.at if entry.date else None) == item.date
    assert entry.also == item.also
    assert entry.source_name == item.source
    name = file_name(item, now=NOW, zone=TAIPEI)
    assert len(name.encode()) < 200
    assert "/" not in name


@given(lines, lines, lines)
def test_an_item_that_was_not_settled_survives_too(title: str, source: str, summary: str) -> None:
    """Whatever is put into a field by hand, the file is read without an error and its title is one line."""
    assume(title.strip())
    item = FeedItem(
        guid="1", url="https://x.example/", title=title, source=source, summary="", feed="https://x.example/f"
    )
    document = Document(
        path="x.md", data=article(item, now=NOW).encode(), type=EntryType.ARTICLE, language="en"
    )
    entry, _ = parse(document, TAIPEI)
    assert entry
    assert "\n" not in entry.title


def test_of_a_long_beginning_the_first_sentences_stay() -> None:
    """Without links and pictures, and with every sign that Markdown would read escaped."""
    long = "1. *Ink* is [made](x) of soot. " + "More about it follows here. " * 40
    found = clean(f"<p>{long}</p><p>Second.</p>", "https://x.example/", plain=False).summary
    assert found.startswith(r"1\. \*Ink\* is \[made\](x) of soot. More about it")
    assert found.endswith("…")
    assert 600 < len(found) < 750


@given(st.text(max_size=120) | st.text("{%<>}[]()!:=|~$#*_`&;\\ \nabc中", max_size=60), st.booleans())
def test_no_summary_is_anything_but_words(markup: str, plain: bool) -> None:
    """No shortcode, directive, template or entity of any flavour stands in it, whatever the feed says."""
    summary = clean(markup, "https://x.example/", plain=plain).summary
    assert all(isinstance(token, Text) for token in tokenize(summary, 1))
    for sign in ("{{", "{%", "%}", "}}", "[[", "%%", "==", "~~"):
        assert sign not in summary
    assert not re.search(r"^(?::::|---|#{1,6}(?:\s|$)|\+\+\+|=+$|\d+\.$)", summary, re.MULTILINE)
