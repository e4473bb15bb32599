"""Where an entry's page is, and whose story it tells: the addresses and names of its front matter."""

from __future__ import annotations

import re
from typing import Final

from digest.collect.values import Fields, is_web_address

SOURCES: Final = (
    "source_url",
    "source",
    "original_url",
    "canonical_url",
    "external_url",
    "external_link",
    "link",
)
_SCHEME: Final = re.compile(r"[A-Za-z][\w+.-]*:|//")


def source_name(fields: Fields) -> str:
    """Who published the original; `source` may be a name or an address."""
    source = fields.line("source")
    return fields.line("source_name") or ("" if is_web_address(source) else source)


def url_of(fields: Fields) -> str:
    """The entry's own address: absolute, or a path of the site; empty where it has none that may be used."""
    url = fields.line("url", "permalink") if isinstance(fields.get("url", "permalink"), str) else ""
    if not url or is_web_address(url) or (url.startswith("/") and not url.startswith("//")):
        return url
    if _SCHEME.match(url):
        key = fields.key("url", "permalink")
        fields.warn(key, "url-wrong", f"`{key}` is no web address: {url}", "write https://… or /path/")
        return ""
    return f"/{url}"
