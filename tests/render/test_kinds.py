"""Items of others' feeds: what their cards say, in mail, in its text part, on pages and in our feeds."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from digest.model import Entry, EntryType, ImageRef, Position, Section
from digest.render import render
from digest.render.cards import BADGES
from digest.render.kinds import alt_of, away, badge_of, dek_of, source_of, time_of
from digest.render.site import pages
from digest.render.theme import Theme
from digest.text.phrases import phrases

WHERE = "https://pod.example/42"


@pytest.fixture
def link(make_article):
    """Make an item of somebody's feed."""

    def make(kind: str = "podcast", **values: object) -> Entry:
        usual = {
            "type": EntryType.LINK,
            "kind": kind,
            "description": "",
            "body": "Fifty years of **type**, and the last day.",
            "source_name": "字談",
            "source_url": WHERE,
            "url": WHERE,
            "feed": "https://pod.example/rss",
            "tags": ("印刷",),
            "image": ImageRef(
                src="https://pod.example/cover.png", alt="", position=Position(path="articles/x.md")
            ),
        }
        return replace(make_article("item", "最後一位師傅", "zh-Hant-TW"), **(usual | values))

    return make


def with_items(issue, make_item, *entries):
    """The issue with these in one section and nothing else."""
    items = tuple(make_item(entry, url=entry.url or WHERE) for entry in entries)
    section = Section(key="k", title="印刷", colour="teal", items=items)
    return replace(issue, lead=None, sections=(section,), profiles=(), quotes=(), overflow=(), note="")


@pytest.mark.parametrize(
    ("kind", "values", "badge"),
    [
        ("article", {}, "link"),
        ("article", {"type": EntryType.ARTICLE}, "article"),
        ("nothing", {}, "link"),
        ("nothing", {"type": EntryType.ARTICLE}, "article"),
        ("podcast", {}, "podcast"),
        ("video", {}, "video"),
        ("video", {"source_name": "YouTube"}, "youtube"),
        ("paper", {}, "paper"),
    ],
)
def test_badges(link, kind, values, badge):
    """A link to an article says that it is a link; what is heard, seen or a paper says that."""
    assert badge_of(link(kind, **values)) == badge
    assert badge in BADGES


@pytest.mark.parametrize(
    ("kind", "duration", "language", "said"),
    [
        ("podcast", 3723, "zh-Hant-TW", "收聽 62 分鐘"),
        ("podcast", 3723, "en", "62 min listen"),
        ("video", 754, "ko", "보는 시간 13분"),
        ("video", 1, "en", "1 min watch"),
        ("podcast", 0, "en", ""),
        ("article", 60, "en", ""),
    ],
)
def test_time(link, kind, duration, language, said):
    """What is played says how long, in its own language; of a page elsewhere we do not know it."""
    assert time_of(link(kind, duration=duration, language=language), 4) == said


def test_time_of_an_article_of_ours(link):
    """It is read in so many minutes; a recording of ours that says how long it is is heard."""
    ours = link("article", type=EntryType.ARTICLE, language="en")
    assert time_of(ours, 4) == "4 min read"
    assert time_of(replace(ours, kind="podcast", duration=120), 4) == "2 min listen"


def test_dek_source_and_alternative_text(link):
    """A summary is a dek, a channel stands for YouTube, the source's name in a picture's place."""
    assert dek_of(link()) == "Fifty years of type, and the last day."
    assert dek_of(link(description="d")) == "d"
    assert dek_of(link(type=EntryType.ARTICLE)) == ""
    seen = link("video", source_name="YouTube", authors=("활자공방",))
    assert (source_of(seen), alt_of(seen)) == ("활자공방", "활자공방")
    assert source_of(link("video", source_name="YouTube")) == "YouTube"
    assert alt_of(link(type=EntryType.ARTICLE)) == ""
    assert alt_of(link(image=ImageRef(src="a", alt="b", position=Position(path="x")))) == "b"
    assert alt_of(link(image=None)) == "字談"


def test_what_one_does_there(link):
    """The way to the source says what one does there, in the reader's language."""
    ko = phrases("ko")
    assert [away(link(kind), ko, "X") for kind in ("podcast", "video", "paper")] == [
        "X에서 듣기",
        "X에서 보기",
        "X에서 읽기",
    ]


def test_mail_and_text(link, rich_issue, rich_config, make_item):
    """Title and source lead to the source; there is no page of ours, and no body in full."""
    issue = with_items(rich_issue, make_item, link(duration=3723))
    made = {each.name: each.text for each in render(issue, Theme.load("ink"), rich_config)}
    html, text = made["email.html"], made["email.txt"]
    assert f'href="{WHERE}"' in html
    assert "/articles/item/" not in html + text
    assert "收聽 62 分鐘" in html
    assert 'src="https://pod.example/cover.png" alt="字談"' in html
    assert html.count("Fifty years of type") == 1
    at = text.index("◉ Podcast · 字談")
    assert text[at:].split("\n")[1:4] == [
        "最後一位師傅",
        WHERE,
        "Fifty years of type, and the last day.",
    ]
    assert "收聽 62 分鐘 · #印刷" in text


def test_a_card_is_small(link, rich_issue, rich_config, make_item):
    """A full card costs at most 1.2 KiB of the mail, beside the words and addresses of its own."""
    full = link(
        duration=3723,
        authors=("A",),
        tags=("一", "二", "三"),
        source_url="https://pod.example/" + "x" * 80,
        url="https://pod.example/" + "x" * 80,
    )
    few, many = (
        len(
            next(
                each.text
                for each in render(
                    with_items(rich_issue, make_item, *[replace(full, key=str(n)) for n in range(count)]),
                    Theme.load("ink"),
                    rich_config,
                )
                if each.name == "email.html"
            ).encode()
        )
        for count in (10, 20)
    )
    assert (many - few) / 10 <= 1.2 * 1024


def test_pages_and_feeds(link, rich_issue, rich_config, make_item):
    """A link that is read elsewhere has no page; feeds carry it with an id of ours and its source."""
    bare = link("article", key="bare", slug="bare", url="", source_url="", source_name="", feed="")
    issue = with_items(rich_issue, make_item, link(key="a/b.md", duration=3723), bare)
    site = {page.path: page.data.decode() for page in pages([issue], Theme.load("ink"), rich_config)}
    assert "articles/item/index.html" not in site
    assert "articles/bare/index.html" in site  # what stands nowhere else stands here
    page = site["weekly/14/index.html"]
    assert f'<a href="{WHERE}">最後一位師傅</a>' in page
    assert "收聽 62 分鐘" in page
    rss = site["feeds/entries.rss"]
    assert f"<link>{WHERE}</link>" in rss
    assert '<guid isPermaLink="false">tag:paper.example,2026:entries/a/b.md</guid>' in rss
    assert '<source url="https://pod.example/rss">字談</source>' in rss
    assert rss.count("<source ") == 1
    assert '<link rel="via" href="https://pod.example/rss"/>' in site["feeds/entries.atom"]
    item = json.loads(site["feeds/entries.json"])["items"][0]
    assert (item["url"], item["summary"]) == (WHERE, "Fifty years of type, and the last day.")
    assert f'<a href="{WHERE}">到 字談 收聽</a> · 收聽 62 分鐘' in item["content_html"]
    assert not re.search(r"到  |到 <", item["content_html"])
