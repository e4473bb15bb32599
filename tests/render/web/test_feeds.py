"""The feeds: well-formed whatever goes in, valid by the validator's rules, and read back by a feed reader."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from digest.model import Change, Operation, Quote, Reason, Section, Stamp
from digest.render.feeds import feeds, rfc822, rfc3339, tag_uri
from digest.render.library import Library

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@pytest.fixture
def found(library, ink) -> dict[str, str]:
    """The feeds of everything."""
    return dict(feeds(library, ink))


@pytest.mark.parametrize("name", ["entries", "issues"])
@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
def test_golden(site_pages, golden, name, suffix):
    """Each feed is what it was when somebody last looked at it."""
    golden(f"feeds/{name}.{suffix}", site_pages[f"feeds/{name}.{suffix}"].decode())


def test_golden_of_a_tag(site_pages, golden):
    """A tag's feed holds what carries the tag."""
    golden("feeds/tag-entries.atom", site_pages["feeds/tags/科學/entries.atom"].decode())


@pytest.mark.parametrize("name", ["entries.rss", "entries.atom", "issues.rss", "issues.atom"])
def test_feedparser(found, library, name):
    """A feed reader takes the feed without complaint, and finds titles, ids, dates, content and authors."""
    read = feedparser.parse(found[name].encode())
    assert not read.bozo, read.get("bozo_exception")
    count = len(library.records) if name.startswith("entries") else len(library.issues)
    assert len(read.entries) == count
    for each in read.entries:
        assert each.title
        assert each.id.startswith("tag:paper.example,2026:")
        assert each.link.startswith("https://")
        assert each.published_parsed
        assert each.content[0].value
    assert read.feed.language == "zh-Hant-TW"
    assert any(link.rel == "self" and link.href.endswith(f"/feeds/{name}") for link in read.feed.links)


def test_formats_agree(found):
    """The three formats hold the same items in the same order, under the same ids."""
    atom = [
        each.findtext(f"{ATOM}id")
        for each in etree.fromstring(found["entries.atom"].encode()).iter(f"{ATOM}entry")
    ]
    rss = [each.findtext("guid") for each in etree.fromstring(found["entries.rss"].encode()).iter("item")]
    table = [each["id"] for each in json.loads(found["entries.json"])["items"]]
    assert atom == rss == table
    assert len(set(atom)) == len(atom)


def test_rss_rules(found):
    """RSS as the validator wants it: plain guids that are no permalinks, RFC 822 dates, atom:link self."""
    for name in ("entries.rss", "issues.rss"):
        (channel,) = etree.fromstring(found[name].encode())
        for required in ("title", "link", "description"):
            assert channel.findtext(required)
        assert channel.find(f"{ATOM}link").get("rel") == "self"
        assert channel.find(f"{ATOM}link").get("type") == "application/rss+xml"
        for item in channel.iter("item"):
            assert item.find("guid").get("isPermaLink") == "false"
            assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
            assert re.fullmatch(r"https?://\S+", item.findtext("link"))
            assert item.findtext("description")
            assert item.find("author") is None
            assert all(each.text for each in item.iter(f"{DC}creator"))


def test_summary_in_rss_is_markup(rich_issue, rich_config, ink, make_article, make_item):
    """A summary such as `a <b> c` is read whole: RSS readers take a description for HTML."""
    entry = dataclasses.replace(make_article("s", "x", "en"), description="a <b> c & d")
    issue = dataclasses.replace(rich_issue, lead=make_item(entry))
    found = dict(feeds(Library((issue,), rich_config), ink))
    (channel,) = etree.fromstring(found["entries.rss"].encode())
    assert channel.findtext("item/description") == "a &lt;b&gt; c &amp; d"
    assert etree.fromstring(found["entries.atom"].encode()).findtext(f".//{ATOM}summary") == "a <b> c & d"


def test_atom_rules(found):
    """Atom as RFC 4287 wants it: ids, RFC 3339 dates, an author, one alternate link an entry."""
    for name in ("entries.atom", "issues.atom"):
        feed = etree.fromstring(found[name].encode())
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        rels = [(each.get("rel"), each.get("type")) for each in feed.findall(f"{ATOM}link")]
        assert rels == [("self", "application/atom+xml"), ("alternate", "text/html")]
        dates = []
        for entry in feed.iter(f"{ATOM}entry"):
            published, updated = (entry.findtext(f"{ATOM}{each}") for each in ("published", "updated"))
            assert datetime.fromisoformat(published) <= datetime.fromisoformat(updated)
            dates.append(datetime.fromisoformat(updated))
            assert len(entry.findall(f"{ATOM}link")) == 1
            assert entry.find(f"{ATOM}content").get("type") == "html"
        assert max(dates) == datetime.fromisoformat(feed.findtext(f"{ATOM}updated"))


def test_json_rules(found):
    """JSON Feed 1.1: version, addresses, dates, authors, and content in every item."""
    for name in ("entries.json", "issues.json"):
        feed = json.loads(found[name])
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"https://paper.example/feeds/{name}"
        for item in feed["items"]:
            assert {
                "id",
                "url",
                "title",
                "content_html",
                "date_published",
                "date_modified",
                "language",
            } <= set(item)
            assert all(author["name"] for author in item.get("authors", []))


def test_addresses_are_absolute(found):
    """No address in any content is relative."""
    for name in ("entries.json", "issues.json"):
        for item in json.loads(found[name])["items"]:
            content = lxml_html.fragment_fromstring(item["content_html"], create_parent=True)
            for address in content.xpath("//@href | //@src"):
                assert re.match(r"(https?|mailto):", address), (item["id"], address)


def test_full_content(found, library):
    """An article's content is its whole body, its points and its quotes; a profile's what changed in it."""
    items = {each["id"]: each for each in json.loads(found["entries.json"])["items"]}
    lead = items["tag:paper.example,2026:entries/articles/lead-type.md"]
    assert "常用字放在伸手可及處" in lead["content_html"]
    assert "鉛錫銻合金收縮小" in lead["content_html"]
    assert lead["tags"] == ["印刷", "鉛字", "Podcast"]
    assert lead["image"].startswith("https://paper.example/weekly/14/assets/")
    profile = items["tag:paper.example,2026:entries/articles/shen-kuo.md"]
    assert "錢塘" in profile["content_html"]
    assert profile["title"].endswith("· 更新")
    assert profile["date_modified"] == "2026-01-26T09:00:00+08:00"
    assert profile["date_published"] == "2025-12-22T09:00:00+08:00"


def test_issue_content(found, rich_issue):
    """An issue's content lists everything in it."""
    newest = json.loads(found["issues.json"])["items"][0]
    for item in rich_issue.items + rich_issue.overflow:
        assert item.entry.slug in newest["content_html"] or item.url in newest["content_html"]
    assert newest["title"] == "一枚鉛字的重量 · 紙與字週報 第 14 期"


def test_length(library, ink, issues, rich_config):
    """A feed holds the newest items, as many as config.toml says."""
    archive = rich_config.archive.model_copy(update={"feed_items": 2})
    short = Library(issues, rich_config.model_copy(update={"archive": archive}))
    for name, text in feeds(short, ink):
        if name == "entries.json":
            titles = [each["title"] for each in json.loads(text)["items"]]
            assert titles == [each.entry.title for each in short.records[:2]]


def test_nothing_yet(rich_config, ink):
    """The feeds of a site without issues are valid and empty, and do not ask the clock."""
    for name, text in feeds(Library((), rich_config), ink):
        if name.endswith("json"):
            assert json.loads(text)["items"] == []
        else:
            assert not feedparser.parse(text.encode()).bozo
    assert "1970-01-01T00:00:00+00:00" in dict(feeds(Library((), rich_config), ink))["entries.atom"]


def test_ids_keep_their_authority(rich_config):
    """Ids are tag: URIs of the configured authority, whatever the site's address, and escaped."""
    archive = rich_config.archive.model_copy(update={"tag_authority": "old.example,2019"})
    config = rich_config.model_copy(update={"archive": archive})
    assert tag_uri("entries/a b/字?#", config) == "tag:old.example,2019:entries/a%20b/%E5%AD%97%3F%23"
    assert tag_uri("entries/\ud800", config) == "tag:old.example,2019:entries/%3F"


def test_dates():
    """Dates are written by RFC 822 and RFC 3339 in their own zone; an offset with seconds becomes UTC."""
    at = datetime(2026, 1, 5, 9, 0, 0, 123, tzinfo=timezone(timedelta(hours=8)))
    assert rfc822(at) == "Mon, 05 Jan 2026 09:00:00 +0800"
    assert rfc3339(at) == "2026-01-05T09:00:00+08:00"
    old = datetime(1890, 1, 1, tzinfo=timezone(timedelta(hours=8, minutes=27, seconds=52)))
    assert rfc3339(old) == "1889-12-31T15:32:08+00:00"
    assert rfc822(datetime(2026, 1, 5, tzinfo=UTC)) == "Mon, 05 Jan 2026 00:00:00 +0000"


FOREIGN = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc"]),
        st.sampled_from(list("]]><&\"'\x00\x0b\x1b\ufffe\uffff\u2028\u0085")),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(FOREIGN, FOREIGN, FOREIGN)
def test_well_formed_whatever_the_input(
    rich_issue, rich_config, ink, make_article, make_item, one, two, three
):
    """Control characters, half surrogates, `]]>` and markup anywhere leave every feed well-formed."""
    entry = dataclasses.replace(
        make_article("f", "title", "en"),
        title=one,
        description=two,
        tags=(three, one),
        source_name=three,
        authors=(two,),
        key_points=(one, two),
        quotes=(Quote(text=three, by=one, source=two),),
        body=f"{two}\n\n]]> {one}\n\n{three}\n",
        date=Stamp(at=rich_issue.date),
    )
    change = Change(operation=Operation.CHANGED, field=one, old=(two,), new=(three,))
    issue = dataclasses.replace(
        rich_issue,
        subject=one,
        title=two,
        preheader=three,
        note=two,
        lead=make_item(entry),
        sections=(Section(key="k", title=three, colour="teal", items=()),),
        profiles=(make_item(entry, changes=(change,), note=three, reason=Reason.UPDATED),),
    )
    for name, text in feeds(Library((issue,), rich_config), ink):
        data = text.encode()
        if name.endswith("json"):
            assert json.loads(data)["items"]
        else:
            tree = etree.fromstring(data)
            assert all(each.text.strip() for each in tree.iter(f"{ATOM}name", f"{DC}creator", "category"))
            assert not feedparser.parse(data).bozo
