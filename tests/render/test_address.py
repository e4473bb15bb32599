"""Public addresses."""

import dataclasses

import pytest

from digest import config as configuration
from digest.model import EntryType
from digest.render import address

CONFIG = """
[site]
title = "x"
base_url = "https://paper.example/news"
timezone = "Asia/Taipei"
{site}
[[sources]]
kind = "articles"
path = "articles"
[[sources]]
kind = "profiles"
path = "articles/profiles"
[[editions]]
name = "weekly"
title = "W"
"""


def config(site=""):
    return configuration.parse(CONFIG.replace("{site}", site))


def test_without_a_permalink_an_entry_has_the_page_that_we_build(make_article):
    """The slug is percent-encoded; profiles have a folder of their own."""
    entry = make_article("鉛字 1/2?", "t", "en")
    assert address.entry_url(entry, config()) == (
        "https://paper.example/news/articles/%E9%89%9B%E5%AD%97%201%2F2%3F/"
    )
    profile = dataclasses.replace(entry, slug="a", type=EntryType.PROFILE)
    assert address.entry_url(profile, config()) == "https://paper.example/news/profiles/a/"


@pytest.mark.parametrize(
    ("url", "address_"),
    [
        ("https://人.example/路?q=詞&a=1#節", "https://xn--gmq.example/%E8%B7%AF?q=%E8%A9%9E&a=1#%E7%AF%80"),
        ("/posts/a b/", "https://paper.example/posts/a%20b/"),
        ("posts/%E8%B7%AF/100%/", "https://paper.example/news/posts/%E8%B7%AF/100%25/"),
        ("https://人..example/路", "https://%E4%BA%BA..example/%E8%B7%AF"),
        ("http://[bad/路", "https://paper.example/news/articles/a/"),
    ],
)
def test_an_own_url_wins_and_becomes_ascii(make_article, url, address_):
    """An entry's `url` is resolved against the site; what is encoded already stays."""
    assert address.entry_url(make_article("a", "t", "en", url=url), config()) == address_


def test_a_permalink_knows_slug_date_section_and_path(make_article):
    """Year, month and day are those of the site's zone; section and path are relative to the source."""
    entry = dataclasses.replace(
        make_article("鉛字", "t", "en"),
        position=dataclasses.replace(make_article("a", "t", "en").position, path="articles/印/x/y.md"),
    )
    pattern = config('permalink = "/{section}/{year}/{month}/{day}/{slug}/?p={path}&{nothing}"')
    assert address.entry_url(entry, pattern) == (
        "https://paper.example/news/%E5%8D%B0/2026/01/23/%E9%89%9B%E5%AD%97/?p=%E5%8D%B0/x/y&%7Bnothing%7D"
    )
    other = config('permalink = "https://other.example/{slug}"')
    assert address.entry_url(entry, other) == "https://other.example/%E9%89%9B%E5%AD%97"


def test_a_permalink_with_an_empty_section_leaves_no_double_slash(make_article):
    """An article at the top of its source has no section."""
    assert address.entry_url(make_article("a", "t", "en"), config('permalink = "/{section}/{slug}/"')) == (
        "https://paper.example/news/a/"
    )


def test_a_permalink_that_needs_a_missing_date_gives_way(make_article):
    """An undated page has no year; the page that we build is linked instead."""
    entry = make_article("a", "t", "en", date=None)
    assert address.entry_url(entry, config('permalink = "/{year}/{slug}/"')).endswith("/articles/a/")


def test_profiles_have_a_permalink_of_their_own(make_article):
    """`permalink` is for articles, `profile_permalink` for profiles."""
    both = config('permalink = "/p/{slug}"\nprofile_permalink = "/people/{slug}"')
    profile = make_article("a", "t", "en", type=EntryType.PROFILE)
    assert address.entry_url(profile, both) == "https://paper.example/news/people/a"


def test_a_path_outside_every_source_is_taken_whole(make_article):
    """An entry that a test or an import made has no source."""
    entry = dataclasses.replace(
        make_article("a", "t", "en"),
        position=dataclasses.replace(make_article("a", "t", "en").position, path="elsewhere/b.md"),
    )
    assert address.entry_url(entry, config('permalink = "/{path}"')).endswith("/news/elsewhere/b")


def test_no_segment_climbs(make_article):
    """`..` and its percent-encoded form both mean the parent to a browser."""
    assert address.page_path(make_article("..", "t", "en")) == "articles/__/"


def test_issues_assets_tags_and_feeds(rich_issue):
    """The other addresses of commands.md."""
    site = config()
    assert address.issue_url("weekly", 14, site) == "https://paper.example/news/weekly/14/"
    assert address.asset_url(rich_issue, "a b.png", site) == (
        "https://paper.example/news/weekly/14/assets/a%20b.png"
    )
    assert address.tag_url("한글", site) == "https://paper.example/news/tags/%ED%95%9C%EA%B8%80/"
    assert address.feed_url("rss.xml", site) == "https://paper.example/news/feeds/rss.xml"
    assert address.feed_url("rss.xml", site, tag="ai") == "https://paper.example/news/feeds/tags/ai/rss.xml"
