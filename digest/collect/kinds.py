"""Which badge an entry wears, when its editor does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from digest.text.keys import folded
from digest.text.shortcodes import Shortcode, Token, walk

ARTICLES: Final = ("article", "interview", "video", "podcast", "wiki", "quotes", "paper")
PROFILES: Final = ("person", "company")
_MEDIA: Final = {
    "youtube": "video", "youtubepl": "video", "vimeo": "video", "bilibili": "video", "video": "video",
    "spotify": "podcast", "apple-podcast": "podcast", "apple-podcasts": "podcast", "audio": "podcast",
}  # fmt: skip
_HOSTS: Final = {
    "youtube.com": "video", "youtu.be": "video", "vimeo.com": "video", "bilibili.com": "video",
    "open.spotify.com": "podcast", "podcasts.apple.com": "podcast", "arxiv.org": "paper", "doi.org": "paper",
    "wikipedia.org": "wiki",
}  # fmt: skip
_COMPANY: Final = frozenset((
    "founded", "foundedyear", "founders", "headquarters", "employees", "employeecount", "ticker", "industry",
    "companytype", "ceo", "valuation", "funding", "products", "namecompany", "foundeddate",
))  # fmt: skip
_PERSON: Final = frozenset((
    "birthyear", "birthdate", "birthplace", "nationality", "persontype", "education", "careerhistory",
    "currentposition", "deathyear",
))  # fmt: skip
_BEGIN: Final = ("https", "http:", "<http")
_ALONE: Final = re.compile(r"^<?(https?://\S+?)>?$", re.MULTILINE)


def media_kind(tokens: tuple[Token, ...], source_url: str, body: str) -> str:
    """The kind by the first player in the body, by the source's host, by an address on its own line."""
    for token in walk(tokens) if tokens else ():
        if isinstance(token, Shortcode) and token.name in _MEDIA:
            return _MEDIA[token.name]
    if kind := host_kind(source_url):
        return kind
    lines = _ALONE.finditer(body) if "\nhttp" in body or "\n<http" in body or body[:5] in _BEGIN else ()
    alone = (kind for found in lines if (kind := host_kind(found[1])) in ("video", "podcast"))
    return next(alone, "")


def host_kind(url: str) -> str:
    """The kind that an address' host stands for; else empty."""
    try:
        host = (urlsplit(url).hostname if url else "") or ""
    except ValueError:
        return ""
    return host and next(
        (kind for name, kind in _HOSTS.items() if host == name or host.endswith(f".{name}")), ""
    )


def profile_kind(fields: Mapping[str, Any]) -> str:
    """Person or company by the front matter's keys."""
    keys = _folded(fields)
    return "company" if len(keys & _COMPANY) > len(keys & _PERSON) else "person"


def is_profile(fields: Mapping[str, Any]) -> bool:
    """Whether front matter describes a person or a company and not an article: by two keys at least."""
    return len(_folded(fields) & (_PERSON | _COMPANY)) > 1


def _folded(fields: Mapping[str, Any]) -> set[str]:
    return {folded(key) for key in fields}
