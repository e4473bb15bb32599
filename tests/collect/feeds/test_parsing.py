"""Feeds of every format, in three languages, sound and broken: what each says, and what is told of it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.feeds import syndication
from digest.collect.feeds.parsing import parse_feed
from digest.collect.feeds.reading import Readers
from digest.model import Severity

FEEDS = Path(__file__).parents[2] / "fixtures" / "feeds"
CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "feeds"
URL = "https://feeds.example/blog/feed.xml"


def read(body: str | bytes, content_type: str = "application/xml", **more):
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return parse_feed(data, content_type, URL, **{"most": 500, **more})


def rss(items: str, head: str = "") -> str:
    return f"<rss version='2.0'><channel><title>T</title>{head}{items}</channel></rss>"


def one(item: str):
    (found,) = read(rss(f"<item><link>https://x.example/a</link>{item}</item>")).items
    return found


@pytest.mark.parametrize("path", sorted(FEEDS.iterdir()), ids=lambda path: path.name)
def test_every_format_says_what_it_says(path: Path, golden) -> None:
    """RSS 0.91 to 2.0, RSS 1.0, Atom 0.3 and 1.0, JSON Feed, podcasts, YouTube; in wrong encodings; torn."""
    feed = read(path.read_bytes(), "text/xml; charset=iso-8859-1")
    facts = msgspec.to_builtins(feed)
    facts["items"] = [
        {name: value for name, value in item.items() if value and name not in ("feed", "source")}
        for item in facts["items"]
    ]
    golden(f"feeds-in/{path.name}.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("version", ["0.90", "0.91", "0.93", "0.94"])
def test_early_rss(version: str) -> None:
    """Netscape's RDF of 1999 and the versions that few still write, with a document type nobody fetches."""
    item = "<item><title>A &amp; B</title><link>/rel</link></item>"
    body = f"<rss version='{version}'><channel><title>T</title>{item}</channel></rss>"
    if version == "0.90":
        rdf, rss = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://my.netscape.com/rdf/simple/0.9/"
        body = f"<rdf:RDF xmlns:rdf='{rdf}' xmlns='{rss}'><channel><title>T</title></channel>{item}</rdf:RDF>"
    doctype = f"<!DOCTYPE rss SYSTEM 'http://my.netscape.com/publish/formats/rss-{version}.dtd'>"
    feed = read(f"<?xml version='1.0'?>{doctype if version != '0.90' else ''}{body}")
    assert (feed.title, feed.problems) == ("T", ())
    assert [(each.title, each.url) for each in feed.items] == [("A & B", "https://feeds.example/rel")]


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpora are not here")
def test_every_real_feed_yields_items_or_a_problem() -> None:
    """Thirteen feeds of the world: none is silently nothing; each item has title, address and guid."""
    paths = sorted(CORPUS.glob("*.xml"))
    assert len(paths) == 13
    for path in paths:
        feed = read(path.read_bytes(), "text/xml")
        assert feed.items or feed.problems, path.name
        assert not feed.failed, path.name
        assert len(feed.items) == feed.total
        assert all(item.title and item.url and item.guid for item in feed.items)
        assert len({item.guid for item in feed.items}) == len(feed.items)


@pytest.mark.parametrize(
    ("body", "rule", "failed"),
    [
        (b"", "feed-empty", True),
        (b" \n\t", "feed-empty", True),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "feed-foreign", True),
        (b"Not found", "feed-foreign", True),
        (b'{"error": "no"}', "feed-foreign", True),
        (b"[1, 2]", "feed-foreign", True),
        (b'{"items": [', "feed-broken", True),
        (b'{"items":' + b"[" * 100_000, "feed-broken", True),
        (b"\x89PNG\r\n\x1a\n\0\0", "feed-foreign", True),
        (b"\xff\xfe\x00", "feed-foreign", True),
        (b"<rss version='2.0'><channel><title>x</title></channel></rss>", "feed-empty", False),
        (b"<rss version='2.0'><channel><title>x", "feed-broken", True),
        (rss("<item><title>lost</title></item>").encode(), "feed-item-lost", False),
    ],
)
def test_nothing_is_nothing_silently(body: bytes, rule: str, failed: bool) -> None:
    """No bytes, no items, no feed, no addresses: each has its problem, with a hint."""
    feed = read(body)
    assert (feed.items, feed.failed) == ((), failed)
    assert rule in [each.rule for each in feed.problems]
    assert all(each.hint and each.position.path == URL for each in feed.problems)
    assert feed.failed == any(each.severity is Severity.ERROR for each in feed.problems)


def test_a_torn_feed_says_where() -> None:
    """Line and column are the feed's own."""
    body = rss("\n<item><title>a</title><link>https://x.example/a</link></item>\n<item><ti")
    problem = read(body).problems[0]
    assert (problem.rule, problem.severity) == ("feed-broken", Severity.WARNING)
    assert problem.position.line > 1
    assert "could be read" in problem.sentence


@pytest.mark.parametrize(
    ("total", "last", "told"), [(2, 5, True), (2, 4, False), (1, 3, False), (3, 0, False), (5, 5, False)]
)
def test_a_feed_that_shrinks_is_told(total: int, last: int, told: bool) -> None:
    """Less than half of at least four items of the last time."""
    items = "".join(f"<item><link>https://x.example/{n}</link></item>" for n in range(total))
    assert ("feed-shrunk" in [each.rule for each in read(rss(items), last=last).problems]) == told


def test_the_cap_on_entries_ends_the_parsing() -> None:
    """Of 5,000 items 20 are read: parsing does not reach what is broken behind them."""
    for tag, around in (
        ("item", rss),
        ("entry", "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>".format),
    ):
        items = "".join(
            f"<{tag}><title>{n}</title><link href='https://x.example/{n}'>https://x.example/{n}</link></{tag}>"
            for n in range(5_000)
        )
        feed = read(around(items) + "<broken", most=20)
        assert [item.title for item in feed.items] == [str(n) for n in range(20)]
        assert [(each.rule, each.severity) for each in feed.problems] == [("feed-long", Severity.INFO)]


def test_what_is_of_the_wrong_type_is_passed_over() -> None:
    """JSON may hold anything where words should be."""
    item = {"url": "https://x.example/a", "title": [1], "tags": "x", "authors": "y", "date_published": {}}
    odd = {"id": {"a": 1}, "url": "https://x.example/b", "attachments": [1, {}], "date_published": "soon"}
    feed = read(json.dumps({"items": [item, odd], "title": 3, "language": 7}))
    assert [(each.title, each.date, each.tags, each.author) for each in feed.items] == [
        ("a", None, (), ""),
        ("b", None, (), ""),
    ]
    assert feed.title == "3"


def test_the_cap_holds_for_torn_feeds_and_json() -> None:
    """The forgiving parser and JSON Feed are cut too."""
    torn = "<rss version='2.0'><channel><title>a & b</title>" + "".join(
        f"<item><link>https://x.example/{n}</link></item>" for n in range(50)
    )
    assert len(read(torn, most=20).items) == 20
    items = [{"id": n, "url": f"https://x.example/{n}"} for n in range(50)]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}), most=20)
    assert (len(feed.items), feed.problems[0].rule) == (20, "feed-long")


def test_entities_cannot_explode_nor_read_files() -> None:
    """Billion laughs and external entities yield nothing of what they ask for."""
    laughs = '<!DOCTYPE l [<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    item = "<item><title>{}</title><link>https://x.example/a</link></item>"
    for head, name in ((laughs + "]>", "&j;"), ('<!DOCTYPE l [<!ENTITY j SYSTEM "/etc/passwd">]>', "&j;")):
        feed = read(head + rss(item.format(name)))
        assert all(len(each.title) < 400 and "root:" not in each.title for each in feed.items)


def test_bytes_are_never_taken_for_a_file_name(tmp_path: Path) -> None:
    """feedparser opens what it takes for a path; ours never gets there."""
    path = tmp_path / "feed.xml"
    path.write_text(rss("<item><link>https://x.example/a</link></item>"))
    assert read(str(path)).failed


def test_known_items_are_not_cleaned() -> None:
    """Their words are not looked at again; everything else is there."""
    body = rss(
        "<item><guid>1</guid><title>A</title><link>https://x.example/a</link>"
        "<description>Words here.</description></item>"
    )
    assert read(body).items[0].summary == "Words here."
    assert read(body, known={"1"}).items[0].summary == ""


def test_ids_that_change_the_language() -> None:
    """Letters are believed before a feed that says en-US of Chinese."""
    feed = read(
        rss(
            "<item><link>https://x.example/a</link><title>冬天的茶為什麼比較甜呢</title></item>",
            "<language>en-US</language>",
        )
    )
    assert feed.items[0].language == "zh-Hant-TW"
    assert (feed.language, one("<title>Tea</title>").language) == ("en-US", "")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Tue, 20 Jan 2026 10:00:00 +0900", datetime(2026, 1, 20, 1, tzinfo=UTC)),
        ("Tue, 20 Jan 2026 10:00:00 EST", datetime(2026, 1, 20, 15, tzinfo=UTC)),
        ("20 Jan 26 10:00 GMT", datetime(2026, 1, 20, 10, tzinfo=UTC)),
        ("2026-01-20T10:00:00Z", datetime(2026, 1, 20, 10, tzinfo=UTC)),
        ("2026年1月20日", datetime(2026, 1, 20, tzinfo=UTC)),
        ("2026년 1월 20일", datetime(2026, 1, 20, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("9999-12-31T23:59:59Z", None),
        ("Tue, 32 Foo 2026", None),
        ("Sat, 31 Dec 2016 23:59:60 EST", None),
        ("", None),
    ],
)
def test_dates(written: str, read_as: datetime | None) -> None:
    """As RFC 822, ISO 8601 and CJK write them, in UTC; slips are none."""
    assert one(f"<pubDate>{written}</pubDate>").date == read_as


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("<enclosure url='/a.mp3' type='audio/mpeg'/>", {"kind": "podcast"}),
        ("<media:player url='https://v.example/p'/>", {"kind": "video"}),
        ("<enclosure url='/a.jpg' type='image/jpeg'/>", {"image": "https://x.example/a.jpg"}),
        ("<category>AI, 機器人、#茶</category>", {"tags": ("AI", "機器人", "茶")}),
        ("<author>a@b.example</author>", {"author": ""}),
        ("<author>a@b.example (Ann B)</author>", {"author": "Ann B"}),
        ("<title>One | T</title>", {"title": "One"}),
        (
            "<description>No title, only words.</description>",
            {"title": "No title, only words.", "summary": ""},
        ),
        ("", {"title": "a"}),
        ("<title>See {{&lt; youtube x &gt;}}</title>", {"title": "See {{ < youtube x >}}"}),
        (
            "<pubDate>Tue, 20 Jan 2026 10:00:00 Z</pubDate><updated>2026-01-20T10:00:00Z</updated>",
            {"updated": None},
        ),
    ],
)
def test_facts_of_an_item(item: str, facts: dict) -> None:
    """Kind, picture, tags, author and title in the shapes that feeds give them."""
    head = "xmlns:media='http://search.yahoo.com/mrss/'"
    body = rss(f"<item><link>https://x.example/a</link>{item}</item>").replace("<rss ", f"<rss {head} ")
    (found,) = read(body).items
    assert {name: getattr(found, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://arxiv.org/abs/2601.01234", "paper"),
        ("https://www.biorxiv.org/content/1", "paper"),
        ("https://youtu.be/AbCdEfGhIjK", "video"),
        ("https://open.spotify.com/episode/1", "podcast"),
        ("https://en.wikipedia.org/wiki/Tea", "article"),
    ],
)
def test_the_host_tells_the_kind(link: str, kind: str) -> None:
    """Of preprint servers, video sites and podcast directories."""
    assert read(rss(f"<item><link>{link}</link></item>")).items[0].kind == kind


def test_html_in_all_disguises_becomes_inert() -> None:
    """Scripts, handlers, foreign schemes, frames and beacons go; words and safe links stay."""
    item = one(
        "<description><![CDATA[<p onclick=x()>Hi <a href='javascript:x()'>a</a> <a href='b'>b</a></p>"
        "<iframe src='https://e.example/'></iframe><img src='data:image/png;base64,AA'>"
        "<object data='x'>o</object><style>p{}</style>{% include x %}]]></description>"
    )
    assert item.summary == "Hi a [b](https://x.example/b)\n\n{\\% include x %\\}"
    assert item.image == ""


mutations = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 3), st.binary(max_size=12)), min_size=1, max_size=6
)
samples = [path.read_bytes() for path in sorted(FEEDS.iterdir())]


def mutated(body: bytes, changes) -> bytes:
    for place, how, data in changes:
        at = place % (len(body) + 1)
        if how == 0:
            body = body[:at] + data + body[at:]
        elif how == 1:
            body = body[:at] + data + body[at + len(data) :]
        elif how == 2:
            body = body[:at] + body[at + 1 + place % 50 :]
        else:
            body = body[:at] + body[max(0, at - place % 200) : at] * 2 + body[at:]
    return body


def sound(feed) -> None:
    """What holds of every parsed feed."""
    assert feed.items or feed.problems
    assert len({item.guid for item in feed.items}) == len(feed.items)
    for item in feed.items:
        assert item.title
        assert item.url.startswith(("http://", "https://"))
        assert "\n" not in item.title + item.author + "".join(item.tags)
        assert "{{<" not in item.title + item.summary
        assert len(item.summary) < 5_000
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(feed), type=type(feed)) == feed


@settings(max_examples=300)
@given(
    st.sampled_from(samples),
    mutations,
    st.sampled_from(["text/xml", "application/json", "", "x; charset=big5"]),
)
def test_mutated_feeds_raise_nothing(body: bytes, changes, content_type: str) -> None:
    """Whatever bytes are cut, doubled or put in: items that hold together, or a problem."""
    sound(read(mutated(body, changes), content_type))


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing(body: bytes) -> None:
    """Bytes that never were a feed, alone and in one."""
    sound(read(body))
    sound(read(b"<rss version='2.0'><channel><item><link>https://x.example/a</link><title>" + body))


@pytest.mark.parametrize("count", [500, pytest.param(100_000, marks=pytest.mark.soak)])
def test_many_mutated_feeds_hold_no_worker(count: int) -> None:
    """By a seed, each read in a worker with a deadline: none is slow, breaks a worker or takes its memory."""
    chance = random.Random(20260126)
    with Readers(seconds=60, processes=1) as readers:
        for _ in range(count):
            changes = [
                (chance.randrange(10**6), chance.randrange(4), chance.randbytes(chance.randrange(12)))
                for _ in range(chance.randrange(1, 8))
            ]
            body = mutated(chance.choice(samples), changes)
            feed = readers.read(body, "text/xml", URL)
            sound(feed)
            assert not {each.rule for each in feed.problems} & {"feed-slow", "feed-crash", "feed-memory"}, (
                body
            )


def test_a_moment_that_no_calendar_has() -> None:
    """What feedparser makes of a date need not be one."""
    assert syndication._date({"published": "x", "published_parsed": (0,) * 9}, "published") is None


@pytest.mark.parametrize(
    "torn",
    [b"<item<category</item>r</category>", b"<channel<item<link></item</link<"],
    ids=["category", "link"],
)
def test_what_feedparser_falls_over_costs_no_feed(torn: bytes) -> None:
    """Two of a hundred thousand mutated feeds: an end without its beginning was a KeyError of the parser."""
    good = b"<item><title>Good</title><link>https://x.example/good</link></item>"
    feed = read(b"<rss version='2.0'><channel>" + good + torn)
    assert [each.url for each in feed.items][:1] == ["https://x.example/good"]
    assert "feed-broken" in {each.rule for each in feed.problems}


def test_a_number_without_end_breaks_its_feed_alone() -> None:
    """Python reads no integer of more than 4,300 digits."""
    feed = read(b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"9" * 5000 + b"]}")
    assert {each.rule for each in feed.problems} == {"feed-broken"}


def test_a_stumble_in_sound_xml_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the XML is whole and feedparser still falls, the element is named."""

    def fall(self: object, *_: object) -> None:
        raise KeyError("tags")

    monkeypatch.setattr("feedparser.api.StrictFeedParser._start_category", fall, raising=False)
    feed = read(
        b"<rss version='2.0'><channel><item><link>https://x.example/a</link><category>c</category></item>"
        b"</channel></rss>"
    )
    assert [each.url for each in feed.items] == ["https://x.example/a"]
    assert any("category" in each.sentence for each in feed.problems)


@pytest.mark.parametrize("torn", [b"", b"</item>"])
def test_the_bound_holds_for_one_parsing_only(torn: bytes) -> None:
    """Whoever else uses feedparser in this process gets it without our bound, also after a feed with more."""
    items = b"<item><link>https://x.example/a</link></item>" * 3
    body = b"<rss version='2.0'><channel>" + items + torn + b"</channel></rss>"
    assert read(body, most=1).items
    assert len(feedparser.parse(body).entries) == 3
