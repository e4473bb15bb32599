"""Addresses that we fetch: http and https, a host that is a name or an address in its one plain form."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import httpx

from digest.net.reply import Fault, FetchError

LONGEST: Final = 8_000
"""Characters of an address; what a server should at least take (RFC 9110, section 4.1)."""

FOREIGN_PORTS: Final = frozenset(
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
        103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
        513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719,
        1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
        10080,
        1433, 2375, 3306, 3389, 5432, 5900, 6379, 11211, 27017,
    }
)  # fmt: skip
"""Ports where something else than HTTP listens (Fetch standard, "bad port"; the last row is of databases)."""

_CONTROL: Final = re.compile(r"[\x00-\x20\x7f\\]")
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*", re.ASCII)
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)


def shown(url: str) -> str:
    """An address as a message may show it: one short line, no password."""
    clean = re.sub(r"//[^/?#]*@", "//…@", url)
    clean = re.sub(r"[\x00-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", clean)
    return clean if len(clean) <= 300 else clean[:299] + "…"


def _bad(url: str, sentence: str, hint: str = "") -> FetchError:
    return FetchError(Fault.BAD_URL, sentence, subject=shown(url), hint=hint)


def locate(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """Read an address, relative to `base` where it is a redirect; without fragment and trailing dot.

    Raises:
        FetchError: `bad-url`, for anything that we do not fetch.
    """
    text = url.strip(" \t\r\n\f")
    if len(text) > LONGEST:
        raise _bad(url, f"the address is longer than {LONGEST:,} characters")
    if _CONTROL.search(text):
        raise _bad(url, "the address has a space, a backslash or a control character in it")
    try:
        parsed = base.join(text) if base else httpx.URL(text)
        host = _host(parsed)
        return parsed.copy_with(host=host, fragment=None)
    except FetchError:
        raise
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise _bad(url, "this is no web address", "write it as https://example.org/feed.xml") from error


def host_of(url: httpx.URL) -> str:
    """A located address's host in ASCII: httpx's `host` undoes IDN, and fails where a server made it up."""
    return url.raw_host.decode("ascii")


def _host(url: httpx.URL) -> str:
    text = str(url)
    if url.scheme not in ("http", "https"):
        raise _bad(text, "only http and https addresses are fetched")
    if url.userinfo:
        raise _bad(text, "the address has a user name or password in it", "take it out of the address")
    if url.port in FOREIGN_PORTS or not 0 < (url.port or 80) < 65_536:
        raise _bad(text, f"port {url.port} is none that web servers use")
    host = host_of(url).removesuffix(".")
    if ":" in host:
        return str(IPv6Address(host.partition("%")[0])) if "%" not in host else _no_host(text)
    if len(host) > 253 or not _NAME.fullmatch(host):
        return _no_host(text)
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        # 127.1, 0x7f.1, 017700000001 and 2130706433 are 127.0.0.1 to a resolver: one form is enough.
        IPv4Address(host)
    return host


def _no_host(url: str) -> str:
    raise _bad(url, "the address has no host that there could be")
