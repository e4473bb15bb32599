"""Addresses made the same: what is compared, what is clicked, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.values import is_web_address
from digest.text.canonical import canonical, untracked


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "https://www.example.com/a/",
            "http://example.com/a",
            "HTTPS://EXAMPLE.com:443/a/?utm_source=x&utm_medium=y",
            "https://m.example.com/a?fbclid=1#comments",
            "https://example.com/a/index.html",
            "https://example.com/a/amp/",
            "https://example.com/a?amp=1&ref=home",
            "https://www.google.com/url?rct=j&url=https://example.com/a&ct=ga",
        ],
        ["https://example.com/a?b=1&c=2", "https://example.com/a?c=2&utm_id=1&b=1"],
        ["https://example.com/%E4%B8%AD%7e", "https://example.com/%e4%b8%ad~", "https://example.com/中~"],
        ["https://例え.jp/パス", "https://xn--r8jz45g.jp/%E3%83%91%E3%82%B9"],
        [
            "https://www.youtube.com/watch?v=AbCdEfGhIjK&list=x",
            "https://youtu.be/AbCdEfGhIjK?si=q",
            "https://www.youtube.com/shorts/AbCdEfGhIjK",
            "https://www.youtube-nocookie.com/embed/AbCdEfGhIjK",
            "https://music.youtube.com/watch?v=AbCdEfGhIjK",
        ],
        [
            "https://arxiv.org/abs/2601.01234v2",
            "https://arxiv.org/pdf/2601.01234.pdf",
            "http://export.arxiv.org/abs/2601.01234",
        ],
        ["https://doi.org/10.1000/ABC", "http://dx.doi.org/10.1000/abc"],
    ],
)
def test_spellings_of_one_page(spellings: list[str]) -> None:
    """Scheme, host, tracking, escapes and players do not part them."""
    assert len({canonical(each) for each in spellings}) == 1
    assert canonical(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/b"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com/#!a", "https://example.com/#!b"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/?a=b%26c=d", "https://example.com/?a=b&c=d"),
        ("https://example.com:8080/", "https://example.com/"),
        ("https://youtu.be/AbCdEfGhIjK", "https://youtu.be/AbCdEfGhIjL"),
        ("https://www.youtube.com/@a", "https://www.youtube.com/@b"),
        ("https://com/", "https://www.com/"),
        ("https://www.google.com/url?q=x", "https://www.google.com/url?q=y"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    """What names the page is kept."""
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url",
    ["", "a/b", "//example.com/a", "javascript:alert(1)", "ftp://example.com/", "https://", "http://[",
     "mailto:a@b", "https://user:secret@example.com/", "https://example.com:99999/", "https://example.com:0/",
     "https://example.com/" + "a" * 2_000],
)  # fmt: skip
def test_what_is_no_page_is_nothing(url: str) -> None:
    """Other schemes, secrets in it, no host, too long."""
    assert (untracked(url), canonical(url)) == ("", "")


def test_a_link_keeps_everything_but_tracking() -> None:
    """Order, case, slash, fragment and doubtful parameters stay: the link must still work."""
    url = "https://www.Example.com/A/?b=2&a=1&ref=x#part"
    assert untracked(url) == url
    assert untracked("https://x.example/?utm_source=a&b=1&gclid=2#utm_medium=z") == "https://x.example/?b=1"
    assert untracked(" https://x.example/a b'c\u3000\ud800 ") == "https://x.example/a%20b%27c%E3%80%80%3F"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_nothing(text: str) -> None:
    """No text raises; what comes back is an address that our front matter takes, and stays as it is."""
    for url in (
        text,
        f"https://x.example/{text}",
        f"https://{text}/a",
        f"https://www.google.com/url?url={text}",
    ):
        clean = untracked(url)
        assert not clean or is_web_address(clean)
        assert untracked(clean) == clean
        assert canonical(url) == canonical(clean)
