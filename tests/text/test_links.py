"""What a link may point at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.links import absolute, encoded, safe_url


@pytest.mark.parametrize(
    "url", ["https://a.b/c", "HTTP://A.B", "mailto:x@y.z", "/a", "a/b:c", "?a:b", "#x:y", "//a.b/c", ""]
)
def test_allows_web_mail_and_relative(url: str) -> None:
    """http, https, mailto and relative addresses may be linked."""
    assert safe_url(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:x", " javascript:x", "java\tscript:x", "data:text/html,x",
     "vbscript:x", "file:///etc", "a:b", "http://", "http://[", "\u200bjavascript:x", "x\ny", "ftp://a/b",
     "%6a:b"],
)  # fmt: skip
def test_refuses_all_else(url: str) -> None:
    """Other schemes, hidden ones and addresses that cannot be read are refused."""
    assert not safe_url(url)


def test_makes_addresses_absolute() -> None:
    """A relative address is resolved against its page; one that cannot be is empty."""
    assert absolute("../b/", "https://x.y/a/c/") == "https://x.y/a/b/"
    assert absolute(" https://z/ ", "https://x.y/") == "https://z/"
    assert absolute("http://[", "https://x.y/") == ""


@given(st.text())
def test_encodes_what_would_break_a_line(url: str) -> None:
    """No space, quote, bracket or control character stays in an encoded address."""
    assert not set(encoded(url)) & set(' "<>\\^`{|}\n\t')


@given(st.text(), st.sampled_from(["https://a.b/c/", ""]))
def test_never_raises(url: str, base: str) -> None:
    """Whatever is written as an address gives an answer."""
    safe_url(url)
    absolute(url, base)
