"""An item of a feed as a small Markdown file: front matter that says what it is, and its summary."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from digest.collect.feeds.items import FeedItem
from digest.collect.naming import slugify
from digest.collect.values import one_line, unique
from digest.model import Also
from digest.text.characters import legal

_ALSO: Final = re.compile(r"^also: \[.*\]$", re.MULTILINE)
_AHEAD: Final = timedelta(days=1)
_SHORTCODE: Final = re.compile(r"\{\{(?=[<%])")
_LONGEST_NAME: Final = 40


def article(
    item: FeedItem,
    *,
    now: datetime,
    zone: tzinfo = UTC,
    tags: Sequence[str] = (),
    language: str = "",
    source: str = "",
) -> str:
    """The file of an item; dates are written in `zone`.

    `tags`, `language` and `source` are the subscription's: tags come before the item's own, the language
    stands for one that nothing told, the name for the one that the feed gives itself. A date more than a day
    after `now` is a slip, and left out: the entry then has the day on which it was first seen.
    """
    date = item.date if item.date and item.date <= now + _AHEAD else None
    updated = item.updated if item.updated and date and date < item.updated <= now + _AHEAD else None
    values: list[tuple[str, Any]] = [
        ("id", item_id(item)),
        ("title", item.title or item.url),
        ("date", date.astimezone(zone) if date else None),
        ("updated", updated.astimezone(zone) if updated else None),
        ("kind", item.kind),
        ("language", item.language or language),
        ("author", item.author),
        ("source_name", source or item.source),
        ("source_url", item.url),
        ("feed", item.feed),
        ("duration", item.duration),
        ("image", item.image),
        ("tags", unique((*tags, *item.tags))),
    ]
    lines = [line for key, value in values for line in _lines(key, value)]
    also = [_places(item.also)] if item.also else []
    return "\n".join(["---", *lines, *also, "---", "", legal(item.summary).strip("\n"), ""])


def item_id(item: FeedItem) -> str:
    """The item's `id`: the same for the same page, whichever feed it comes from."""
    what = item.canonical or f"{item.feed} {item.guid}"
    digest = hashlib.blake2b(what.encode("utf-8", "replace"), digest_size=10).digest()
    return "link-" + base64.b32encode(digest).decode().lower()


def file_name(item: FeedItem, *, now: datetime, zone: tzinfo = UTC) -> str:
    """A name that every file system takes: day, words of the title, the beginning of the id."""
    date = item.date if item.date and item.date <= now + _AHEAD else now
    slug = slugify(legal(item.title))
    slug = slug.encode()[: _LONGEST_NAME * 3].decode("utf-8", "ignore")[:_LONGEST_NAME].strip("-.~")
    day = date.astimezone(zone).strftime("%Y-%m-%d")
    return "-".join(filter(None, (day, slug, item_id(item)[5:13]))) + ".md"


def with_also(text: str, also: Iterable[Also]) -> str:
    """The file with more places where its story stands; as it is, if it has them all or no front matter."""
    end = text.find("\n---\n", 4) if text.startswith("---\n") else -1
    if end < 0:
        return text
    head, rest = text[:end], text[end:]
    found = _ALSO.search(head)
    told = _told(found[0]) if found else []
    more = [each for each in also if each.url not in {one.url for one in told}]
    if not more:
        return text
    line = _places((*told, *more))
    return (_ALSO.sub(lambda _: line, head, count=1) if found else f"{head}\n{line}") + rest


def _told(line: str) -> list[Also]:
    """The places of an `also` line that we wrote; none of one that an editor wrote otherwise."""
    try:
        return [Also(name=each["name"], url=each["url"]) for each in json.loads(line.removeprefix("also: "))]
    except (ValueError, TypeError, KeyError):
        return []


def _places(also: Iterable[Also]) -> str:
    """All in one line, which is both YAML and JSON."""
    places = [{"name": _safe(each.name), "url": _safe(each.url)} for each in also]
    return f"also: {json.dumps(places, ensure_ascii=False)}"


def _lines(key: str, value: Any) -> list[str]:
    """The line of a key; none for nothing."""
    if isinstance(value, datetime):
        return [f"{key}: {value.isoformat(timespec='seconds')}"]
    if isinstance(value, tuple):
        return [f"{key}: [{', '.join(_quoted(each) for each in value)}]"] if value else []
    return [f"{key}: {_quoted(value) if isinstance(value, str) else value}"] if value else []


def _quoted(text: str) -> str:
    """A text in double quotes: JSON's strings are YAML's (1.2, §5.7)."""
    return json.dumps(_safe(text), ensure_ascii=False)


def _safe(text: str) -> str:
    """One line without a shortcode: those stand in bodies only, and nobody's but the editor's."""
    return _SHORTCODE.sub("{{ ", one_line(legal(text)))
