"""Which addresses may stand in a link, and what a relative one means."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

SCHEMES: Final = frozenset({"http", "https", "mailto"})
"""The only schemes that a reader's link may have."""

_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_UNSAFE_CHARACTERS: Final = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f]")


def safe_url(url: str) -> bool:
    """Whether a link may point there: http, https, mailto or relative, no control characters or spaces."""
    if _UNSEEN.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc)
    # A browser may take for a scheme what urlsplit does not: no colon before the path of a relative one.
    return parts.scheme == "mailto" or not (parts.scheme or ":" in re.split("[/?#]", url, maxsplit=1)[0])


def absolute(url: str, base: str) -> str:
    """The absolute address of `url` as written on the page `base` (RFC 3986 §5.3); empty if it has none."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""


def encoded(url: str) -> str:
    """The address with spaces, quotes and brackets percent-encoded, for an attribute or a line of text."""
    return _UNSAFE_CHARACTERS.sub(lambda found: quote(found[0], safe=""), url)
