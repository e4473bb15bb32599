"""The web pages: what stands on each, in which language, and where its links lead."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import unquote

import pytest
from lxml import html as lxml_html

from digest.model import Entry, Operation, Quote, Reason, Stamp
from digest.render import web
from digest.render.cards import BADGES
from digest.render.library import Library
from digest.render.markdown import Medium
from digest.render.setting import Setting
from digest.render.site import issue_page

GOLDENS = {
    "index.html": "home",
    "404.html": "404",
    "weekly/14/index.html": "issue-14",
    "weekly/13/index.html": "issue-13",
    "articles/lead-type/index.html": "article",
    "articles/haerye/index.html": "article-ko",
    "profiles/shen-kuo/index.html": "profile",
    "profiles/index.html": "profiles",
    "tags/index.html": "tags",
    "tags/印刷/index.html": "tag",
}


def record_of(library, key):
    """What the library holds of an entry."""
    return next(record for record in library.records if record.entry.key == key)


def tree(text: str | bytes) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(text.decode() if isinstance(text, bytes) else text)


@pytest.mark.parametrize("path", GOLDENS)
def test_golden(site_pages, golden, path):
    """Each kind of page is what it was when somebody last looked at it."""
    golden(f"web/{GOLDENS[path]}.html", site_pages[path].decode())


def test_every_page_is_sound(site_pages):
    """Every page names its language, has one h1, landmarks, a skip link, unique ids, and no shortcode."""
    found = [path for path in site_pages if path.endswith(".html")]
    assert len(found) > 30
    for path in found:
        text = site_pages[path].decode()
        page = tree(text)
        assert page.get("lang"), path
        assert len(page.findall(".//h1")) == 1, path
        assert len(page.findall(".//main")) == 1, path
        assert page.find(".//a[@class='skip']").get("href") == "#main"
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, ids)
        assert "{{" not in text, path
        assert "<script" not in text, path
        assert "None" not in text, path


def test_links_lead_somewhere(site_pages):
    """Every link inside the site leads to a page, feed or anchor that is there."""
    for path, data in site_pages.items():
        if not path.endswith(".html"):
            continue
        page = tree(data)
        for href in page.xpath("//header//@href | //main//h1//@href | //main//h2//@href | //nav//@href"):
            if not href.startswith("/"):
                continue
            target = unquote(href.split("#")[0].removeprefix("/"))
            name = f"{target}index.html" if not target or target.endswith("/") else target
            assert name in site_pages, (path, href)


@pytest.mark.parametrize("path", ["weekly/13/index.html", "weekly/14/index.html"])
def test_contents_say_what_they_lead_to(site_pages, path):
    """Each line of an issue's contents has the words of the heading that it leads to."""
    page = tree(site_pages[path])
    links = page.xpath("//nav[@class='contents']//a")
    assert len(links) > 1
    for link in links:
        (heading,) = page.xpath("//*[@id=$id]", id=link.get("href").removeprefix("#"))
        assert "".join(heading.itertext()).strip().startswith(link.text.strip())


def test_headings_do_not_skip(site_pages):
    """Headings go down one level at a time."""
    for path, data in site_pages.items():
        if path.endswith(".html"):
            levels = [int(each.tag[1]) for each in tree(data).xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
            assert all(b <= a + 1 for a, b in pairwise(levels)), (path, levels)


def test_feeds_are_discoverable(site_pages):
    """A page tells of the feeds in every format; a tag's page of the tag's own."""
    links = tree(site_pages["weekly/14/index.html"]).xpath("//link[@rel='alternate']")
    assert [link.get("href") for link in links] == [
        f"/feeds/{name}.{suffix}" for name in ("entries", "issues") for suffix in ("rss", "atom", "json")
    ]
    assert {link.get("type") for link in links} == {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
    }
    tag = tree(site_pages["tags/css/index.html"]).xpath("//link[@rel='alternate']/@href")
    assert tag[0] == "/feeds/tags/css/entries.rss"


def test_issue_page_shows_the_whole_issue(site_pages, rich_issue):
    """The page of an issue holds every entry, change, quote and overflow that the issue has."""
    text = tree(site_pages["weekly/14/index.html"]).text_content()
    for item in rich_issue.items + rich_issue.overflow:
        assert item.entry.title in text
    for quote in rich_issue.quotes:
        assert quote.quote.text in text
    for change in rich_issue.profiles[0].changes:
        assert all(value in text for value in change.old + change.new)
    assert "第 13 期" in text


def test_draft_stands_alone(rich_issue, rich_config, ink):
    """A draft's page carries its style, and needs nothing of the built site."""
    text = issue_page(rich_issue, ink, rich_config)
    page = tree(text)
    assert "--desk" in page.findtext(".//style")
    assert not page.xpath("//link[@rel='stylesheet']")
    assert not page.xpath("//nav[@class='turn']")


def test_issue_without_anything(rich_issue, rich_config, ink):
    """An issue of nothing but a title is still a page."""
    bare = dataclasses.replace(
        rich_issue, lead=None, sections=(), profiles=(), quotes=(), overflow=(), pictures=(), note=""
    )
    assert len(tree(issue_page(bare, ink, rich_config)).findall(".//h1")) == 1


def test_neighbours(rich_issue):
    """The issues before and after are those of the same edition, however many numbers lie between."""
    run = [dataclasses.replace(rich_issue, number=number) for number in (3, 1, 7)]
    other = dataclasses.replace(rich_issue, edition="daily", number=2)
    before, after = web.neighbours(run[0], [*run, other])
    assert (before.number, after.number) == (1, 7)
    assert web.neighbours(other, [*run, other]) == (None, None)


def test_page_speaks_its_entrys_language(site_pages):
    """An article's page is in the article's language, the words around it too."""
    page = tree(site_pages["articles/haerye/index.html"])
    assert page.get("lang") == "ko"
    assert "본문으로 건너뛰기" in page.text_content()
    assert page.find(".//a[@class='brand']").get("lang") == "zh-Hant-TW"


def test_language_that_we_do_not_speak(rich_issue, rich_config, ink, make_article, make_item):
    """Around an article in another language the page speaks the site's."""
    entry = make_article("ja", "活字", "ja")
    library = Library((dataclasses.replace(rich_issue, lead=make_item(entry)),), rich_config)
    page = tree(web.entry_page(record_of(library, entry.key), library, ink))
    assert page.get("lang") == "zh-Hant-TW"
    assert page.find(".//article").get("lang") == "ja"


def test_site_under_a_path(rich_issue, rich_config, ink):
    """A site that is served under a path links within it; canonical addresses are absolute."""
    site = rich_config.site.model_copy(update={"base_url": "https://pages.example/paper"})
    config = rich_config.model_copy(update={"site": site})
    page = tree(web.home(Library((rich_issue,), config), ink))
    assert page.find(".//link[@rel='stylesheet']").get("href") == "/paper/style.css"
    assert page.find(".//link[@rel='canonical']").get("href") == "https://pages.example/paper/"
    assert "/paper/weekly/14/" in page.xpath("//main//@href")
    text = issue_page(rich_issue, ink, config)
    image = tree(text).find(".//meta[@property='og:image']").get("content")
    assert image == "https://pages.example/paper/weekly/14/assets/0123456789abcdef-1200.png"


def test_home_of_several_editions(rich_issue, rich_config, ink):
    """With more than one edition each issue says which it is."""
    other = dataclasses.replace(rich_issue, edition="daily", title="紙與字日報", number=3)
    text = web.home(Library((rich_issue, other), rich_config), ink)
    assert "紙與字日報" in text
    assert "紙與字週報" in text


def test_home_of_nothing(rich_config, ink):
    """Before the first issue the front page says so, and the menu has nothing that is not there."""
    page = tree(web.home(Library((), rich_config), ink))
    assert "還沒有發行任何一期。" in page.text_content()
    assert page.xpath("//nav//@href") == ["/", "/feeds/entries.rss"]


def test_article_in_full(site_pages):
    """An article's page has its key points, body, source, tags and the issues that it appeared in."""
    page = tree(site_pages["articles/lead-type/index.html"])
    text = page.text_content()
    assert "鉛錫銻合金收縮小" in text
    assert "常用字放在伸手可及處" in text
    assert "https://podcasts.example/paper-voices/31" in page.xpath("//header//@href")
    assert "/tags/%E5%8D%B0%E5%88%B7/" in page.xpath("//footer//@href")
    assert "/weekly/14/" in page.xpath("//footer//@href")
    image = page.find(".//img[@class='wide']")
    assert image.get("srcset").count(" 600w") == 1
    assert (image.get("width"), image.get("height")) == ("1200", "600")


def test_updated_article(rich_issue, rich_config, ink, make_article, make_item):
    """An article says when it was updated, who wrote it, and has its day in the site's zone."""
    late = Stamp(at=datetime(2026, 1, 22, 20, tzinfo=UTC))
    entry = make_article(
        "u", "標題", "zh-Hant-TW", date=late, updated=late, authors=("甲", "乙"), source_name="來源"
    )
    library = Library((dataclasses.replace(rich_issue, lead=make_item(entry)),), rich_config)
    text = tree(web.entry_page(record_of(library, "articles/u.md"), library, ink)).text_content()
    assert "2026 年 1 月 23 日更新" in text
    assert "甲、乙" in text


def test_quotes_stand_once(site_pages):
    """A quote that the text already holds is not told twice."""
    text = tree(site_pages["profiles/shen-kuo/index.html"]).text_content()
    assert text.count("此句已在內文") == 1
    assert text.count("予觀書，未嘗不求其理") == 1
    assert "「另一句。」" in text


def test_profile_history(site_pages):
    """A profile's page tells its changes across the sealed issues, the newest first."""
    page = tree(site_pages["profiles/shen-kuo/index.html"])
    history = page.get_element_by_id("history").getparent()
    assert [each.get("href") for each in history.xpath(".//h3/a")] == ["/weekly/14/", "/weekly/13/"]
    assert "錢塘" in history.find(".//del").text_content()
    assert "初始建檔" in history.text_content()


def test_related_profile_is_linked(site_pages):
    """A profile that names another by its slug leads to it."""
    hrefs = tree(site_pages["profiles/shen-kuo/index.html"]).xpath("//main//@href")
    assert "/profiles/wang-zhen/" in hrefs


@pytest.fixture
def setting(library, ink):
    """Pages in the site's language."""
    return Setting(library, ink, "zh-Hant-TW")


def test_local(setting):
    """Addresses on the site lose scheme and host; others stay; unsafe ones lead nowhere."""
    assert setting.local("https://paper.example") == ""
    assert setting.local("https://paper.example/") == "/"
    assert setting.local("https://paper.example.evil/x") == "https://paper.example.evil/x"
    assert setting.local("javascript:alert(1)") == ""


def test_image(setting, rich_issue, image_ref):
    """A picture is the copy that travels with the issue, a remote one is its address, another is none."""
    entry: Entry = rich_issue.lead.entry
    assert setting.image(rich_issue, entry, "lead.png", "").alt == "排成螺旋的鉛字，紅黑相間"
    remote = setting.image(rich_issue, entry, "https://img.example/a.jpg", "x")
    assert (remote.src, remote.width) == ("https://img.example/a.jpg", 0)
    assert setting.image(rich_issue, entry, "lost.png", "x") is None
    assert setting.image(rich_issue, entry, "http://img.example/a.jpg", "x") is None
    assert setting.lead_image(rich_issue, dataclasses.replace(entry, image=None)) is None
    assert list(setting.views(rich_issue, entry)) == ["lead.png", "case.png"]


def test_remote_picture(library, ink, rich_issue, image_ref):
    """A remote picture is told of at its own address."""
    entry = dataclasses.replace(rich_issue.lead.entry, image=image_ref("https://img.example/a.jpg"))
    record = record_of(library, entry.key)
    newest = dataclasses.replace(record.newest, item=dataclasses.replace(record.newest.item, entry=entry))
    page = tree(web.entry_page(dataclasses.replace(record, entry=entry, appearances=(newest,)), library, ink))
    assert page.find(".//meta[@property='og:image']").get("content") == "https://img.example/a.jpg"
    assert page.find(".//img[@class='wide']").get("width") is None


def test_badges(setting, rich_issue):
    """Each kind wears its badge; a video of YouTube says so; a kind that we do not know is an article."""
    entry = rich_issue.lead.entry
    assert setting.badge(entry).word == "Podcast"
    assert setting.badge(dataclasses.replace(entry, kind="video", source_name="YouTube")).word == "YouTube"
    assert setting.badge(dataclasses.replace(entry, kind="sculpture")).word == "文章"
    assert {colour for _, _, colour in BADGES.values()} == {"article", "video", "podcast", "wiki"}


def test_style_knows_every_colour(ink, rich_issue):
    """The style sheet has a rule for each badge, change and section colour that a page can ask for."""
    style = web.style(ink)
    for name in {colour for _, _, colour in BADGES.values()}:
        assert f".badge.{name}" in style
    for operation in Operation:
        assert f".chip.{operation.value}" in style
    for colour in ("teal", "blue", "plum", "ochre"):
        assert f".topic.{colour}" in style
    assert "</" not in style


def test_unknown_tag_of_a_draft(library, ink, make_article):
    """A draft's tag that no sealed entry carries is told without a link."""
    entry = make_article("d", "x", "en", tags=("never seen", "印刷"))
    tags = Setting(library, ink, "en").tags(entry)
    assert [(tag.text, bool(tag.url)) for tag in tags] == [("never seen", False), ("印刷", True)]


def test_tags_as_the_entry_spells_them(issues, rich_config, ink, make_article):
    """An entry's tag is told as the entry spells it, and leads to the page of all its spellings."""
    entry = make_article("d", "x", "en", tags=("#Printing",))
    library = Library(issues, rich_config.model_copy(update={"aliases": {"印刷": ("Printing",)}}))
    (tag,) = Setting(library, ink, "en").tags(entry)
    assert (tag.text, tag.url) == ("Printing", "/tags/%E5%8D%B0%E5%88%B7/")


def test_body_works_wherever_it_is_served(setting, rich_issue, make_article):
    """Links and pictures of our own in a body have no host, so that a local copy of the site is whole.

    What the text says of our address, in words or in code, stays as it is written.
    """
    base = setting.config.site.base_url
    body = f'[a](/articles/a/) [b]({base}/b/) [c]({base}.evil/) `src="{base}/d"`\n'
    html = setting.body(rich_issue, make_article("d", "x", "en", body=body), Medium.WEB)
    assert tree(html).xpath("//@href") == ["/articles/a/", "/b/", f"{base}.evil/"]
    assert f'src="{base}/d"' in tree(html).text_content()
    assert f'"{base}/b/"' in setting.body(rich_issue, make_article("d", "x", "en", body=body), Medium.FEED)


def test_quotation_marks(setting):
    """A quote wears the marks of its own language."""
    assert setting.said(Quote(text="Read."), "en").text == "“Read.”"
    assert setting.said(Quote(text="讀。", language="zh-Hant-TW"), "en").text == "「讀。」"


def test_updated_profile_says_so(setting, issues):
    """A profile that returns is marked as updated."""
    card = setting.card(issues[1], issues[1].profiles[-1])
    assert card.updated
    assert issues[1].profiles[-1].reason is Reason.UPDATED
    assert re.fullmatch(r"\d+ 月 \d+ 日", setting.day(issues[1].date, "short").text)
