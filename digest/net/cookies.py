"""Cookies of one visit: what a host sets on a redirect, it alone gets back on the next hop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MOST: Final = 50
"""Cookies of a host (RFC 6265, section 6.1, asks browsers for as many)."""
LONGEST: Final = 4_096
"""Bytes of a cookie."""

_OVER: Final = re.compile(rb";\s*max-age\s*=\s*\"?(?:-|0+\b)", re.IGNORECASE)


class Cookies:
    """Names and values by host.

    Domain, Path and Expires are not looked at: a visit lasts seconds, and a cookie for the neighbours is none
    of ours to carry.
    """

    def __init__(self) -> None:
        """None yet."""
        self._hosts: dict[str, dict[bytes, bytes]] = {}

    def take(self, host: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep what the headers of an answer set, and drop what they end."""
        kept = self._hosts.setdefault(host, {})
        for header, value in headers:
            if header.lower() != b"set-cookie" or len(value) > LONGEST:
                continue
            name, sign, content = (part.strip() for part in value.partition(b";")[0].partition(b"="))
            if not (name and sign):
                continue
            kept.pop(name, None)
            if not _OVER.search(value) and len(kept) < MOST:
                kept[name] = content

    def give(self, host: str) -> bytes:
        """The value of the Cookie header for a host; empty where it set none."""
        return b"; ".join(name + b"=" + value for name, value in self._hosts.get(host, {}).items())
