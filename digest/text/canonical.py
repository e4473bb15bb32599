"""Addresses of the same page made the same: without what only tracks a reader, and for comparing."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|piwik_\w+|hsa_\w+|vero_\w+|oly_\w+|at_(?:medium|campaign|custom\d)|_hs\w+"
    r"|__hs\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh"
    r"|mc_[ce]id|mkt_tok|ns_(?:mchannel|source|campaign|linkname|fee)|guce_\w+|_ga|_gl|__twitter_impression",
    re.IGNORECASE,
)
"""Query parameters that say where a reader comes from and never what the page is."""

_DOUBTFUL: Final = re.compile(
    r"cmpid|ito|smid|ref|ref_src|ref_url|source|rss|guccounter|spm|scm|share_\w+|ncid|sr_share|feature|si"
    r"|wt_mc|xtor|srnd|from|amp",
    re.IGNORECASE,
)
"""Those that mostly do: left in a link, not compared by."""

_LEADS: Final = re.compile(r"(?:www\d?|m|mobile|amp)\.")
_INDEX: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP: Final = re.compile(r"/amp/?$|\.amp(?=\.html?$|$)")
_VIDEO: Final = re.compile(r"/(?:shorts|embed|live|v)/(?P<id>[\w-]{11})(?:/|$)")
_ARXIV: Final = re.compile(r"/(?:abs|pdf|html)/(?P<id>[\w.\-]+(?:/\d{7})?)", re.ASCII)
_VERSION: Final = re.compile(r"v\d+$")
_DELIMITER: Final = re.compile("%(?:2[3f6b]|3[df])", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}
_WRAPPERS: Final = {"google.com": ("/url", "url", "q"), "l.facebook.com": ("/l.php", "u", "u")}
_UNWRITTEN: Final = re.compile(
    r"[\s\x00-\x20\x7f-\x9f\"'<>\\^`{|}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What no address holds as it is (RFC 3986 §2), but letters of the world's scripts."""

_SAFE: Final = "!$&'()*+,;=:@/~"
_LONGEST: Final = 2_000
"""Characters of an address that browsers, mail programs and proxies all take."""


def untracked(url: str) -> str:
    """The address without parameters that only say where a reader comes from; another stays as it is.

    Empty for what is no absolute http or https address, holds a user's name or password, or is longer than
    2,000 characters.
    """
    url = _UNWRITTEN.sub(lambda found: quote(found[0], errors="replace"), url.strip())
    parts = _split(url)
    if parts is None or len(url) > _LONGEST or "@" in parts[1]:
        return ""
    scheme, host, path, query, fragment = parts
    kept = "&".join(each for each in query.split("&") if not _TRACKING.fullmatch(_name(each)))
    fragment = "" if re.match(r"(?:utm_|xtor=|ref=|\.)", fragment) else fragment
    return urlunsplit((scheme, host, path, kept, fragment))


def canonical(url: str) -> str:
    """What all spellings of a page's address have in common: for comparing, never for a link.

    Without scheme, `www.`, default ports, tracking, fragment, last slash, `index.html` and AMP; parameters in
    order of their names; percent escapes in their one form (RFC 3986 §6.2.2); hosts in Punycode; the players
    and short links of YouTube are the video, versions of a preprint the preprint. Empty where `untracked` is.
    """
    parts = _split(untracked(_unwrapped(url)))
    if parts is None:
        return ""
    scheme, netloc, path, query, fragment = parts
    host = _host(netloc, scheme)
    known = _known_page(host, path, query)
    if known:
        return known
    path = _INDEX.sub("", _AMP.sub("", _escaped(path))).rstrip("/")
    pairs = sorted(
        _escaped(each) for each in query.split("&") if each and not _DOUBTFUL.fullmatch(_name(each))
    )
    page = fragment if fragment.startswith("!") else ""  # old single-page sites name their pages so
    return host + path + ("?" + "&".join(pairs) if pairs else "") + (f"#{page}" if page else "")


def _split(url: str) -> tuple[str, str, str, str, str] | None:
    """The five parts of an absolute web address (RFC 3986 §3), else None."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.port == 0:
            return None
    except ValueError:
        return None
    return parts.scheme, parts.netloc, parts.path, parts.query, parts.fragment


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _host(netloc: str, scheme: str) -> str:
    host, _, port = netloc.lower().partition(":") if "[" not in netloc else (netloc.lower(), "", "")
    host = _LEADS.sub("", host.rstrip("."), count=1) if host.count(".") > 1 else host
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:  # no such name can be registered, but it can be compared
        host = quote(host, safe="[]:.")
    return host if not port or port == str(_PORTS[scheme]) else f"{host}:{port}"


def _escaped(text: str) -> str:
    """Percent escapes in their one form: only what must be is escaped, in capitals."""
    if (
        "%2f" in text.lower() or "%26" in text or "%3d" in text.lower()
    ):  # an escaped delimiter means another thing
        return quote(text, safe=_SAFE + "%")
    return quote(unquote(text, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")


def _unwrapped(url: str) -> str:
    """The address behind a link that only counts clicks."""
    parts = _split(url)
    if parts is None:
        return url
    host = parts[1].lower().removeprefix("www.")
    path, *names = _WRAPPERS.get(host, ("", ""))
    if not path or parts[2] != path:
        return url
    query = parse_qs(parts[3], max_num_fields=50) if parts[3].count("&") < 50 else {}
    inner = next((query[name][0] for name in names if name in query), "")
    return inner if _split(inner) else url


def _known_page(host: str, path: str, query: str) -> str:
    """A video or a preprint by its own name; else empty."""
    if host in ("youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com"):
        found = _VIDEO.match(path)
        video = found["id"] if found else path[1:12] if host == "youtu.be" else ""
        if not video and path == "/watch":
            video = next((each[2:] for each in query.split("&") if each.startswith("v=")), "")
        return f"youtube.com/watch?v={video}" if video else ""
    if host in ("arxiv.org", "export.arxiv.org") and (found := _ARXIV.match(path)):
        return f"arxiv.org/abs/{_VERSION.sub('', found['id'].removesuffix('.pdf'))}"
    if host in ("doi.org", "dx.doi.org"):
        return f"doi.org{unquote(path).lower().rstrip('/')}"
    return ""
