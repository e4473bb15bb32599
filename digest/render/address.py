"""Public addresses: of entries, issues, assets, feeds and tags, absolute and percent-encoded."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from digest.config import Config
from digest.model import Entry, EntryType, Issue, Item
from digest.text.links import absolute

_SAFE: Final = "!$&'()*+,;=:@/-._~"
"""What may stand in a path as it is (RFC 3986 §3.3), and the slash."""

_PAGE: Final = "index.html"
"""The page of every folder: a tag or an article of this name would need a folder in its place."""


def encoded(url: str) -> str:
    """An address in ASCII: what RFC 3986 does not allow is percent-encoded, what is encoded already stays.

    A host in other letters becomes its IDNA form, where it has one.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except (ValueError, UnicodeError):
        return quote(url, safe=_SAFE + "%?#[]")
    path, query, rest = (
        quote(_stray(part), safe=_SAFE + extra + "%")
        for part, extra in ((parts.path, ""), (parts.query, "?[]"), (parts.fragment, "?[]"))
    )
    return urlunsplit((parts.scheme, host, path, query, rest))


def _stray(text: str) -> str:
    """A percent sign that begins no escape is itself escaped."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)


def entry_url(entry: Entry, config: Config) -> str:
    """Where an entry can be read: its own `url`, else the site's permalink, else the page that we build.

    A link is read at its source. A permalink that needs a date the entry does not have gives way to the page
    that we build.
    """
    given = entry.url or (entry.source_url if entry.type is EntryType.LINK else "")
    own = absolute(given, config.site.base_url + "/") if given else ""
    if own:
        return encoded(own)
    profile = entry.type is EntryType.PROFILE
    pattern = config.site.profile_permalink if profile else config.site.permalink
    filled = _permalink(pattern, entry, config) if pattern else ""
    return filled or f"{config.site.base_url}/{page_path(entry)}"


def stands_elsewhere(entry: Entry, config: Config) -> bool:
    """Whether an entry is read on a page that we do not build."""
    return entry_url(entry, config) != f"{config.site.base_url}/{page_path(entry)}"


def page_path(entry: Entry) -> str:
    """Path of the page that we build for an entry, relative to the site, percent-encoded, with its slash."""
    folder = "profiles" if entry.type is EntryType.PROFILE else "articles"
    return f"{folder}/{_segment(entry.slug)}/"


def _permalink(pattern: str, entry: Entry, config: Config) -> str:
    values = _values(entry, config)
    wanted = re.findall(r"\{(\w+)\}", pattern)
    if any(name in values and not values[name] for name in wanted if name != "section"):
        return ""
    path = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), pattern)
    path = re.sub(r"(?<!:)//+", "/", path)
    return encoded(path if "://" in path else f"{config.site.base_url}/{path.lstrip('/')}")


def _values(entry: Entry, config: Config) -> dict[str, str]:
    day = entry.date.at.astimezone(config.zone) if entry.date else None
    path = _inside(entry.position.path, config)
    return {
        "slug": _segment(entry.slug),
        "year": f"{day:%Y}" if day else "",
        "month": f"{day:%m}" if day else "",
        "day": f"{day:%d}" if day else "",
        "section": quote(path.parts[0], safe="") if len(path.parts) > 1 else "",
        "path": quote(path.with_suffix("").as_posix(), safe="/"),
    }


def _inside(path: str, config: Config) -> PurePosixPath:
    """An entry's path relative to the deepest source that holds it."""
    whole = PurePosixPath(path)
    roots = [PurePosixPath(source.path) for source in config.folders]
    holding = [root for root in roots if whole.is_relative_to(root)]
    return whole.relative_to(max(holding, key=lambda root: len(root.parts))) if holding else whole


def _segment(text: str) -> str:
    """One segment of a path.

    A name of dots alone would climb, even spelt `%2E`; one of a folder's page would stand in its place.
    """
    if text.casefold() == _PAGE:
        return f"{text}_"
    return quote(text, safe="") if text.strip(".") else "_" * len(text)


def issue_url(edition: str, number: int, config: Config) -> str:
    """The web page of an issue."""
    return f"{config.site.base_url}/{edition}/{number}/"


def change_anchor(item: Item) -> str:
    """The id of an updated entry on its issue's page, where all of its changes stand."""
    return f"c-{hashlib.sha256(item.entry.key.encode()).hexdigest()[:8]}"


def asset_url(issue: Issue, name: str, config: Config) -> str:
    """A file under `assets/` of an issue."""
    return f"{issue_url(issue.edition, issue.number, config)}assets/{quote(name, safe='')}"


def tag_url(key: str, config: Config) -> str:
    """The page of a tag, by its key."""
    return f"{config.site.base_url}/tags/{_segment(key)}/"


def feed_url(name: str, config: Config, *, tag: str = "") -> str:
    """A feed by its file name (`rss.xml`, `atom.xml`, `feed.json`), of everything or of one tag."""
    folder = f"feeds/tags/{_segment(tag)}" if tag else "feeds"
    return f"{config.site.base_url}/{folder}/{quote(name, safe='')}"
