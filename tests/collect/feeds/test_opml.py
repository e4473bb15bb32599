"""OPML: as programs export it, as nobody should, and as we write it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digest.collect.feeds.opml import Outline, read, web_address, write
from digest.errors import ProblemError
from tests.collect.watchdog import watchdog

EXPORTED = """<?xml version="1.0" encoding="UTF-8"?>
<!-- from a reader -->
<opml version="1.0">
  <head><title>Subscriptions &amp; more</title></head>
  <body>
    <outline text="Type" title="Type">
      <outline text="Uncategorized">
        <outline type="rss" text="Ink" title="Ink" xmlUrl="https://ink.example/feed?a=1&b=2" htmlUrl="https://ink.example/"/>
      </outline>
      <outline text="활자">
        <outline type="rss" text="https://k.example/rss" xmlUrl="https://k.example/rss"
          language="ko" category="/Asia/Korea,type"></outline>
      </outline>
    </outline>
    <outline text="Ink again" xmlUrl="https://ink.example/feed?a=1&amp;b=2"/>
    <outline text="Plain &lt;b&gt;" type="atom" url="feed://plain.example/atom.xml"/>
    <outline text="Mail" xmlUrl="mailto:me@example.org"/>
    <outline text="A page" type="link" url="https://page.example/"/>
    <outline text="Podcasts"><OUTLINE TEXT="Loud" XMLURL="HTTPS://loud.example/a.xml"/></outline>
  </body>
</opml>
"""


def test_what_readers_export() -> None:
    """Folders and categories are tags, a bare & is an &, each address counts once."""
    feeds, problems = read(EXPORTED.encode(), "subs.opml")
    assert feeds == (
        Outline(
            url="https://ink.example/feed?a=1&b=2", title="Ink", home="https://ink.example/", tags=("Type",)
        ),
        Outline(url="https://k.example/rss", language="ko", tags=("Type", "활자", "Asia", "Korea", "type")),
        Outline(url="http://plain.example/atom.xml", title="Plain <b>"),
        Outline(url="HTTPS://loud.example/a.xml", title="Loud", tags=("Podcasts",)),
    )
    (problem,) = problems
    assert (problem.rule, str(problem.position)) == ("opml-address", "subs.opml:17:5")
    assert "mailto:" in problem.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5", "euc-kr", "windows-1252"])
def test_encodings(encoding: str) -> None:
    """The declared encoding is believed where it fits; marks and guesses help where it does not."""
    name = {"big5": "活字", "euc-kr": "활자", "windows-1252": "Café"}.get(encoding, "活字 활자")
    said = "utf-8" if encoding.startswith("utf") else encoding
    text = f'<?xml version="1.0" encoding="{said}"?><opml><body><outline text="{name}" xmlUrl="https://a.example/"/>'
    ((feed,), _) = read(text.encode(encoding), "a.opml")
    assert feed.title == name


def test_an_encoding_that_is_not_what_it_says() -> None:
    """UTF-8 that calls itself something unknown, or something that it is not, is read as UTF-8."""
    for said in ("klingon", "ascii"):
        text = f'<?xml version="1.0" encoding="{said}"?><outline text="茶" xmlUrl="https://a.example/"/>'
        assert read(text.encode(), "a.opml")[0][0].title == "茶"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "opml-unusable"),
        (b"<html><p>hello", "opml-unusable"),
        (b"<opml><body><outline text='folder'/></body></opml>", "opml-unusable"),
        (b"<opml><body><outline text='x' xmlUrl='ftp://x/'/></body></opml>", "opml-unusable"),
        (b"PK\x03\x04zip", "not-text"),
        (b"x" * 10_000_001, "opml-unusable"),
        (b"<![CDATA[<![if <!ELEMENT", "opml-unusable"),
    ],
)
def test_what_is_no_opml(data: bytes, rule: str) -> None:
    """It is refused with a sentence that names the file."""
    with pytest.raises(ProblemError) as raised:
        read(data, "a.opml")
    assert raised.value.problems[0].rule == rule
    assert raised.value.problems[0].position.path == "a.opml"
    assert raised.value.problems[0].hint


def test_what_stands_before_a_fault_is_kept() -> None:
    """A file that ends amid a tag gives the feeds before it."""
    feeds, _ = read(
        b'<opml><outline xmlUrl="https://a.example/"/><![foo bar]><outline xmlUrl="https', "a.opml"
    )
    assert [each.url for each in feeds] == ["https://a.example/"]


def test_an_entity_bomb_is_text() -> None:
    """Entities of a document are not its reader's: nothing grows."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><outline text="&b;" xmlUrl="https://a.example/"/>'
    assert read(bomb.encode(), "a.opml")[0][0].title == "&b;"


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "token",
    ["<!--", "<a ", "<outline ", "</outline", '<outline b="', "<outline a=", '<outline a="b', "<outline a='",
     "<outline><outline>", "<outline\n", '<outline text="f"><outline xmlUrl="http://x.example/', "<outline =",
     '<outline text="f" xmlUrl="gopher://x"/>'],
)  # fmt: skip
def test_a_hostile_export_costs_no_more_than_its_length(token: str) -> None:
    """Whatever is repeated for megabytes, no part of it is looked at again and again."""
    with watchdog(30, f"on {token}"), contextlib.suppress(ProblemError):
        read(b"<opml>" + (token * (3_000_000 // len(token))).encode(), "a.opml")


def test_folders_without_an_end() -> None:
    """Of folders a thousand deep the outer ones are tags, each a short one."""
    text = "".join(
        f'<outline text="{n} {"x" * 500}"><outline xmlUrl="http://x.example/{n}"/>' for n in range(1_000)
    )
    feeds, _ = read(text.encode(), "a.opml")
    assert len(feeds) == 1_000
    assert len(feeds[-1].tags) == 12
    assert max(len(tag) for tag in feeds[-1].tags) == 60


def test_of_many_foreign_addresses_the_first_are_told_and_the_others_counted() -> None:
    """A list of something else gives no million of problems."""
    text = '<outline text="x" xmlUrl="gopher://x"/>\n' * 250 + '<outline xmlUrl="http://x.example/"/>'
    _, problems = read(text.encode(), "a.opml")
    assert len(problems) == 100
    assert problems[-1].sentence.endswith("; nor are 150 behind it")
    assert problems[-1].position.line == 100


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ('text="a > b"', "a > b"),
        ("TEXT='it''s'", "it"),
        ("text=bare", "bare"),
        ('text = "a"text="b"', "a"),
        ('text="a&amp;b&lt;"', "a&b<"),
        ('/ "odd" text="a"', "a"),
        ("checked text='<b>'", "<b>"),
    ],
)
def test_attributes_as_they_come(said: str, title: str) -> None:
    """Either quote, none, blanks around the sign, odd words between them: as browsers read them."""
    text = f'<!-- <outline xmlUrl="http://no.example/"> --><outline {said} xmlUrl="http://a.example/"/>'
    ((feed,), _) = read(text.encode(), "a.opml")
    assert (feed.title, feed.url) == (title, "http://a.example/")


def test_a_tag_left_open_takes_no_other_with_it() -> None:
    """One without its end, one whose quote never ends, and a comment that does not."""
    text = (
        '<!-- open <outline xmlUrl="http://a.example/" <outline xmlUrl="http://b.example/"/>'
        "<outline xmlUrl='http://c.example/ text=x>"
    )
    feeds, _ = read(text.encode(), "a.opml")
    assert [each.url[7:8] for each in feeds] == ["a", "b", "c"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TAGS = st.lists(TEXT.map(lambda each: " ".join(each.split())).filter(bool), max_size=3, unique=True)


@given(
    st.lists(
        st.builds(Outline, url=st.just("https://a.example/"), title=TEXT, tags=TAGS.map(tuple)), max_size=1
    )
)
def test_what_is_written_is_sound_and_read_back(feeds: list[Outline]) -> None:
    """Any title and tag makes sound XML (by lxml), and comes back but for what no XML can hold."""
    text = write(feeds, "Ours & <theirs>")
    root = etree.fromstring(text.encode())
    assert root.findtext("head/title") == "Ours & <theirs>"
    assert len(root.findall("body/outline")) == len(feeds)
    for feed in feeds:
        ((again,), _) = read(text.encode(), "a.opml")
        assert again.url == feed.url
        if feed.title.isprintable() and feed.title.strip():
            assert again.title == " ".join(feed.title.split())


def test_tags_and_the_rest_come_back() -> None:
    """What we write is what we read."""
    feed = Outline(
        url="https://a.example/?a&b",
        title='"A" & B',
        home="https://a.example/",
        language="zh-Hant-TW",
        tags=("活字", "a/b"),
    )
    assert read(write([feed], "x").encode(), "x")[0] == (feed,)


@given(st.binary(max_size=300) | st.text("<>!/outlinexmrU='\"& \n[]-?", max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    """Whatever the file holds, it is feeds or a problem."""
    with contextlib.suppress(ProblemError):
        read(data, "a.opml")


def test_addresses_as_people_write_them() -> None:
    """`feed:` in its two forms is a web address; what is none is empty."""
    assert web_address(" feed:https://a.example/x ") == "https://a.example/x"
    assert web_address("feed://a.example/x") == "http://a.example/x"
    assert web_address("HTTP://a.example") == "HTTP://a.example"
    for wrong in ("", "a.example", "ftp://a.example", "https:///x", "https://a b/", "feed:x"):
        assert web_address(wrong) == ""
