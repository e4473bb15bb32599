"""Which addresses are fetched at all, and in which one form."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.net.locating import FOREIGN_PORTS, LONGEST, host_of, locate, shown
from digest.net.reply import Fault, FetchError


@pytest.mark.parametrize(
    ("url", "located"),
    [
        ("https://example.org/feed?a=b#c", "https://example.org/feed?a=b"),
        ("HTTP://EXAMPLE.ORG:80/", "http://example.org/"),
        (" https://example.org/feed\n", "https://example.org/feed"),
        ("https://example.org./feed", "https://example.org/feed"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("http://[2001:DB8:0::1]/", "http://[2001:db8::1]/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("https://münchen.example/ä?ö", "https://xn--mnchen-3ya.example/%C3%A4?%C3%B6"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://example。org/", "https://example.org/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://a_b.example/", "http://a_b.example/"),
        ("http://123.example/", "http://123.example/"),
        ("http://example.org/@x", "http://example.org/@x"),
        ("http://example.org#@evil.example/", "http://example.org"),
    ],
)
def test_an_address_has_one_form(url: str, located: str) -> None:
    """Case, default port, fragment, the dot behind a host and IDN say nothing."""
    assert str(locate(url)) == located
    assert str(locate(str(locate(url)))) == located


@pytest.mark.parametrize(
    "url",
    [
        "", "feed.xml", "//example.org/", "/feed", "http:", "http://", "http:///feed", "https:example.org",
        "file:///etc/passwd", "ftp://example.org/", "gopher://example.org:70/", "data:text/xml,<a/>",
        "feed://example.org/", "unix:/run/x", "http+unix://x/", "javascript:alert(1)", "ws://example.org/",
        "http://user@example.org/", "http://user:word@example.org/", "http://:@example.org/",
        "http://good.example\\@evil.example/", "http://good.example:80\\@evil.example/",
        "http://good.example@evil.example/", "http://exa mple.org/", "http://example.org/a b",
        "http://exa\tmple.org/", "http://example.org/\r\nHost: evil.example", "http://exa\x00mple.org/",
        "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
        "http://0x7f.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.01/", "http://0/",
        "http://1.2.3.4.5/", "http://256.0.0.1/", "http://example.0x/", "http://example.1/",
        "http://１２７.0.0.1/", "http://%31%32%37.0.0.1/", "http://ⓛocalhost/", "http://exam%70le.org/",
        "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1/", "http://[1::2::3]/",
        "http://[127.0.0.1]/", "http://[v1.x]/", "http://h..example/", "http://.example/", "http://-x.example/",
        f"http://{'a' * 64}.example/", f"http://{'a.' * 127}example/", "http://*.example.org/", "http://a,b/",
        "http://example.org:99999/", "http://example.org:-1/", "http://example.org:x/", "http://[::1]:80:80/",
        "https://" + "ä" * 300 + ".example/", "http://xn--ls8h.la:443:1/", "http://example.org:0/",
    ],
)  # fmt: skip
def test_everything_else_is_refused(url: str) -> None:
    """No other scheme, no password, no number for an address, no trick that two readers read in two ways."""
    with pytest.raises(FetchError) as caught:
        locate(url)
    assert caught.value.kind is Fault.BAD_URL
    assert not caught.value.sentence.endswith(".")


def test_an_address_has_an_end() -> None:
    """A longer address than servers must take is refused before anything reads it."""
    assert locate("http://example.org/".ljust(LONGEST, "a"))
    with pytest.raises(FetchError):
        locate("http://example.org/".ljust(LONGEST + 1, "a"))


@pytest.mark.parametrize("port", [0, 22, 25, 587, 5432, 6379, 6667, 11211])
def test_other_services_are_not_spoken_to(port: int) -> None:
    """A mail server or a database is not sent a request."""
    assert port in FOREIGN_PORTS
    with pytest.raises(FetchError, match=f"port {port}"):
        locate(f"http://example.org:{port}/")


@pytest.mark.parametrize("port", [80, 443, 8080, 8443, 3000, 65535])
def test_ports_of_the_web_are(port: int) -> None:
    """Feeds may be served at any other port."""
    assert locate(f"http://example.org:{port}/feed")


@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("/b", "https://example.org/b"),
        ("b?c", "https://example.org/a/b?c"),
        ("?c", "https://example.org/a/feed?c"),
        ("../b", "https://example.org/b"),
        ("../../../b", "https://example.org/b"),
        ("//other.example/b", "https://other.example/b"),
        ("HTTP://other.example", "http://other.example"),
        ("/ä", "https://example.org/%C3%A4"),
        ("#x", "https://example.org/a/feed"),
    ],
)
def test_a_redirect_is_relative_to_where_it_stands(place: str, target: str) -> None:
    """RFC 3986, section 5.2."""
    assert str(locate(place, httpx.URL("https://example.org/a/feed"))) == target


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://user:secret@example.org/", "https://…@example.org/"),
        ("https://a@b@example.org/", "https://…@example.org/"),
        ("https://example.org/\x1b[31m\n", "https://example.org/\ufffd[31m\ufffd"),
        ("https://example.org/@x", "https://example.org/@x"),
    ],
)
def test_messages_show_no_password(url: str, text: str) -> None:
    """Nor do they move a terminal's cursor, or fill the screen."""
    assert shown(url) == text
    assert len(shown(url * 100)) <= 300


@given(st.one_of(st.text(), st.from_regex(r"https?://(xn--)?[^/]{1,40}(/.{0,9})?")), st.booleans())
def test_any_text_is_an_address_or_an_error(text: str, relative: bool) -> None:
    """No text raises anything else; what is located is http(s), without a user, and plain ASCII."""
    try:
        url = locate(text, httpx.URL("https://example.org/feed") if relative else None)
    except FetchError:
        return
    assert url.scheme in ("http", "https")
    assert not url.userinfo
    assert str(url).isascii()
    assert host_of(url)
