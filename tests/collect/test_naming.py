"""What a path tells: slug, language, date, and the name that an entry has for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.naming import date_in_path, read_name, slugify, without_date


@pytest.mark.parametrize(
    ("path", "home", "slug"),
    [
        ("posts/title.md", "posts/title.md", "title"),
        ("posts/title.zh-tw.md", "posts/title.zh-tw.md", "title"),
        ("posts/title/index.md", "posts/title", "title"),
        ("posts/title/index.ko.md", "posts/title", "title"),
        ("posts/title/_index.md", "posts/title", "title"),
        ("posts/title/README.md", "posts/title/README.md", "title"),
        ("posts/index.md", "posts/index.md", "posts"),
        ("index.md", "index.md", "index"),
        ("posts/Some Thing.mdx", "posts/Some Thing.mdx", "some-thing"),
        ("posts/---.md", "posts/---.md", "entry"),
    ],
)
def test_a_bundle_is_its_folder(path: str, home: str, slug: str) -> None:
    """But not the page of the source itself, and a readme is a file like others."""
    name = read_name(path, "posts")
    assert (name.home, name.slug, name.bundle) == (home, slug, home != path)


@pytest.mark.parametrize(
    ("path", "date", "origin"),
    [
        ("2026-01-31-title.md", "2026-01-31", "file name"),
        ("2026-1-3-title.md", "2026-01-03", "file name"),
        ("2026_01_31 title.md", "2026-01-31", "file name"),
        ("20260131-title.md", "2026-01-31", "file name"),
        ("2026.01.31.md", "2026-01-31", "file name"),
        ("2026-01-31.md", "2026-01-31", "file name"),
        ("2026-01-31-title/index.md", "2026-01-31", "file name"),
        ("2026-01-31T10:00:00Z-title.md", "2026-01-31", "file name"),
        ("2026/01/31/title.md", "2026-01-31", "path"),
        ("2026/1/3/title.md", "2026-01-03", "path"),
        ("2026/01-31-title.md", "2026-01-31", "path"),
        ("2026-01/31-title.md", "2026-01-31", "path"),
        ("2026/01/31/index.md", "2026-01-31", "path"),
        ("2025/01/01/2026-01-31-title.md", "2026-01-31", "file name"),
        ("2026/01/title.md", "", "file name"),
        ("2026-01-311.md", "", "file name"),
        ("20260131.md", "2026-01-31", "file name"),
        ("202601310.md", "", "file name"),
        ("12345678-title.md", "", "file name"),
        ("12026/01/31/title.md", "", "file name"),
    ],
)
def test_a_date_lies_in_the_name_or_in_the_folders(path: str, date: str, origin: str) -> None:
    """Jekyll's, Docusaurus's, Zola's and a diary's; what the file itself says is surer."""
    name = read_name(f"posts/{path}", "posts")
    assert (name.date, name.origin) == (date, origin)


@pytest.mark.parametrize("name", ["2026-01-31-a-b", "2026-1-3-a-b", "2026_01_31-a-b", "20260131-a-b", "a-b"])
def test_a_slug_is_without_its_date(name: str) -> None:
    """As Jekyll's addresses are."""
    assert without_date(name) == "a-b"
    assert without_date("2026-01-31") == "2026-01-31"


def test_a_date_lies_in_a_permalink() -> None:
    """As in `path = "2020/09/14/slug"`."""
    assert date_in_path("2020/09/14/slug") == date_in_path("/blog/2020/9/14/slug/") == "2020-09-14"
    assert date_in_path("about/2020/09") == ""


@given(st.text())
def test_a_slug_is_a_part_of_an_address_whatever_the_words(words: str) -> None:
    """Also for letters without case, and for ASCII, which takes a shorter way."""
    slug = slugify(words)
    assert slug == slugify(slug)
    assert len(slug) <= 60
    assert not set(slug) & set(" /\\?#%:&\n")


@given(st.text(alphabet="/.-_ab12文é\n md"))
def test_any_path_has_a_name(path: str) -> None:
    """No path is too odd, and each has a home."""
    name = read_name(path, "a")
    assert name.slug
    assert name.home in (path, path.rpartition("/")[0])
