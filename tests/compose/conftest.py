"""Entries and editions made by hand, for every test of composing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.compose import compose
from digest.config import Config, parse
from digest.model import Entry, EntryType, ImageRef, Issue, Item, Position, Quote, Reason, Stamp

ZONE = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 1, 26, 9, tzinfo=ZONE)

CONFIG = """\
[site]
title = "Scratch"
base_url = "https://scratch.example"
timezone = "Asia/Taipei"
languages = ["zh-Hant-TW", "ko", "en"]

[[sources]]
kind = "articles"
path = "articles"

[news]
{news}

[[editions]]
name = "weekly"
title = "Scratch Weekly"
language = "en"
"""


def make_config(edition: str = "", rest: str = "", news: str = "cooldown_days = 0") -> Config:
    """The scratch config, with more lines in its edition's table, and more tables; no update has to wait."""
    return parse(f"{CONFIG.format(news=news)}{edition}\n{rest}")


def stamp(text: str | datetime | None) -> Stamp | None:
    """A Stamp of an ISO text: a day, or a time (in Taipei's zone where it names none)."""
    if text is None:
        return None
    if isinstance(text, datetime):
        return Stamp(at=text)
    at = datetime.fromisoformat(text)
    return Stamp(at=at if at.tzinfo else at.replace(tzinfo=ZONE), day_only=len(text) == 10)


def make_entry(key: str = "a", date: str | datetime | None = "2026-01-25", **values: object) -> Entry:
    """An article unless told otherwise; its fingerprint is made of whatever it is given."""
    described = json.dumps({key: str(value) for key, value in values.items()}, sort_keys=True)
    defaults: dict[str, object] = {
        "type": EntryType.ARTICLE,
        "kind": "article",
        "slug": key.replace("/", "-"),
        "title": f"Title of {key}",
        "language": "en",
        "position": Position(path=f"articles/{key}.md"),
        "fingerprint": hashlib.sha256(f"{key}{described}".encode()).hexdigest(),
    }
    updated = values.pop("updated", None)
    defaults |= {"date": stamp(date), "updated": stamp(updated)}
    return Entry(key=key, **(defaults | values))


def make_profile(
    key: str = "p", updated: str | None = "2026-01-25", body: str = "", **fields: object
) -> Entry:
    """A profile with these front matter fields."""
    return make_entry(
        key, None, type=EntryType.PROFILE, kind="person", updated=updated, body=body, fields=fields
    )


def make_item(entry: Entry | None = None, **values: object) -> Item:
    """An item of an entry, new unless told otherwise."""
    entry = entry or make_entry()
    values = {"reason": Reason.NEW, "url": f"https://scratch.example/{entry.key}", "minutes": 1} | values
    return Item(entry=entry, **values)


def make_image(src: str = "cover.png") -> ImageRef:
    """A reference to an image."""
    return ImageRef(src=src, alt="", position=Position(path="articles/a.md"))


def make_quote(text: str, **values: str) -> Quote:
    """A quote."""
    return Quote(text=text, **values)


@pytest.fixture
def now() -> datetime:
    """Monday morning in Taipei, week 2026-W05."""
    return NOW


@pytest.fixture
def composed() -> Callable[..., Issue | None]:
    """Compose the scratch edition of entries, after the issues sealed before."""
    from digest.compose import remember

    def run(entries, *, before=(), config=None, now=NOW, **values):
        config = config or make_config()
        values.setdefault("url", lambda entry: f"https://scratch.example/{entry.slug}/")
        return compose(config.editions[0], config, entries, remember(before), now=now, **values)

    return run


def week_later(weeks: int = 1) -> datetime:
    """The same hour some weeks on."""
    return NOW + timedelta(weeks=weeks)
