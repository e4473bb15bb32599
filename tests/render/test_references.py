"""References between entries: what is meant, and when nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Config
from digest.model import Entry, EntryType, Position
from digest.render.references import References, anchor, heading_id


def entry(path: str, slug: str, title: str = "", language: str = "en", **values: object) -> Entry:
    """An article at a path."""
    given: dict[str, object] = {"type": EntryType.ARTICLE, "kind": "article"} | values
    return Entry(
        key=path,
        slug=slug,
        title=title or slug,
        language=language,
        position=Position(path=path),
        fingerprint="",
        **given,  # type: ignore[arg-type]
    )


ENTRIES = (
    entry("articles/notes/tea.md", "tea", "On Tea", fields={"aliases": ["Camellia", "/old/tea/"]}),
    entry("articles/notes/tea.zh-tw.md", "tea-zh", "論茶", language="zh-Hant-TW"),
    entry("articles/2026-01-31-jikji.md", "jikji", "직지", language="ko"),
    entry("articles/a/index.md", "a", fields={"alias": "One"}),
    entry("articles/x/same.md", "same-x"),
    entry("articles/y/same.md", "same-y"),
    entry("profiles/ada.md", "ada-lovelace", "Ada Lovelace", type=EntryType.PROFILE, kind="person"),
    entry("articles/far.md", "far", url="https://far.example/2026/far/"),
)
BASE = "https://paper.example"


@pytest.fixture(scope="module")
def find(rich_config: Config) -> Callable[..., str]:
    """The address that a reference means."""
    known = References(ENTRIES, rich_config)

    def address(written: str, near: str = "") -> str:
        place = next((each for each in ENTRIES if each.key == near), None)
        return known.address(written, place).removeprefix(BASE)

    return address


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("articles/notes/tea.md", ""),  # two languages, and nobody to say which
        ("Camellia", "/articles/tea/"),
        ("camellia ", "/articles/tea/"),
        ("/old/tea/", "/articles/tea/"),
        ("old/tea", "/articles/tea/"),
        ("On Tea", "/articles/tea/"),
        ("on  tea#Second cup", "/articles/tea/#tea-second-cup"),
        ("論茶", "/articles/tea-zh/"),
        ("2026-01-31-jikji", "/articles/jikji/"),
        ("jikji.md", "/articles/jikji/"),
        ("직지", "/articles/jikji/"),
        ("articles/a/index.md", "/articles/a/"),
        ("a/_index.md", "/articles/a/"),
        ("One", "/articles/a/"),
        ("x/same", "/articles/same-x/"),
        ("same", ""),
        ("ada.md#life", "/profiles/ada-lovelace/#profile-ada-lovelace-life"),
        ("Ada%20Lovelace", "/profiles/ada-lovelace/"),
        ("/profiles/ada-lovelace/", "/profiles/ada-lovelace/"),
        ("far#A B", "https://far.example/2026/far/#a-b"),
        ("/2026/far/", "https://far.example/2026/far/"),
        ("far#^block", "https://far.example/2026/far/"),
        ("", ""),
        ("/", ""),
        ("..", ""),
        ("nobody", ""),
    ],
)
def test_what_is_meant(find: Callable[..., str], written: str, expected: str) -> None:
    """By path, end of a path, slug, title, alias or former address; two candidates are none."""
    assert find(written) == expected


def test_nearest_of_a_name(find: Callable[..., str]) -> None:
    """Of two of a name the one in the same language, then in the same folder is meant."""
    assert find("tea", "articles/2026-01-31-jikji.md") == ""
    assert find("tea", "articles/x/same.md") == "/articles/tea/"
    assert find("tea", "articles/notes/tea.zh-tw.md") == "/articles/tea-zh/"
    assert find("same", "articles/y/same.md") == "/articles/same-y/"
    assert find("../x/same.md", "articles/y/same.md") == "/articles/same-x/"
    assert find("same.md", "articles/x/same.md") == "/articles/same-x/"


def test_headings_are_named_alike() -> None:
    """A heading's words and its id mean the same; of Obsidian's chain the last is meant."""
    assert heading_id("Part Two: 茶!") == anchor("Part Two: 茶!") == anchor("part-two-茶") == "part-two-茶"
    assert anchor("One#Part%20Two") == "part-two"
    assert (anchor("^id"), anchor("")) == ("", "")


def test_a_permalink_is_no_page_of_ours(rich_config: Config) -> None:
    """Where the site has pages of its own, their headings have no prefix."""
    site = rich_config.site.model_copy(update={"permalink": "/p/{slug}/"})
    known = References(ENTRIES[:1], rich_config.model_copy(update={"site": site}))
    assert known.address("On Tea#Cup") == f"{BASE}/p/tea/#cup"


@given(st.text(max_size=20), st.text(max_size=8), st.text(max_size=8))
def test_anything_written(rich_config: Config, written: str, title: str, alias: str) -> None:
    """Whatever is written, the answer is an address of ours or none."""
    other = replace(ENTRIES[0], title=title, fields={"aliases": [alias, 7, None]})
    found = References([other], rich_config).address(written, ENTRIES[1])
    assert found == "" or found.startswith(f"{BASE}/articles/tea/")
