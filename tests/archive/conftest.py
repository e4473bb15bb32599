"""A small issue to seal: an article, a profile that changed, a picture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from digest.model import (
    Change,
    Entry,
    EntryType,
    Issue,
    Item,
    Operation,
    Position,
    Reason,
    Rendition,
    Section,
    Stamp,
)

TAIPEI = timezone(timedelta(hours=8))


def entry(key: str, type_: EntryType = EntryType.ARTICLE, **values: object) -> Entry:
    """An entry with what a test does not care about filled in."""
    defaults: dict[str, object] = {
        "key": key,
        "type": type_,
        "kind": "article",
        "slug": key,
        "title": f"標題 {key}",
        "language": "zh-Hant-TW",
        "position": Position(path=f"articles/{key}.md"),
        "fingerprint": "0" * 64,
        "date": Stamp(at=datetime(2026, 1, 23, tzinfo=TAIPEI), day_only=True),
        "fields": {"title": key, "birth_year": 1981, "awards": [{"name": "獎", "year": None}]},
    }
    return Entry(**(defaults | values))  # type: ignore[arg-type]


def item(of: Entry, **values: object) -> Item:
    """An entry's place in an issue."""
    return Item(entry=of, reason=Reason.NEW, url=f"https://t.example/{of.slug}/", minutes=3, **values)  # type: ignore[arg-type]


@pytest.fixture
def make_issue() -> Callable[..., Issue]:
    """Compose an issue by number."""

    def make(number: int = 1, **values: object) -> Issue:
        defaults: dict[str, object] = {
            "edition": "weekly",
            "number": number,
            "label": f"2026-W{number:02}",
            "title": "測試週報",
            "tagline": "",
            "language": "zh-Hant-TW",
            "languages": ("zh-Hant-TW",),
            "date": datetime(2026, 1, 26, 9, tzinfo=TAIPEI) + timedelta(weeks=number),
            "subject": "一個標題",
            "preheader": "",
            "sections": (
                Section(key="x", title="X", colour="teal", items=(item(entry("a")), item(entry("b")))),
            ),
            "profiles": (
                item(
                    entry("p", EntryType.PROFILE, title=f"人物 {number}"),
                    changes=(Change(operation=Operation.ADDED, field="awards", new=("獎",)),),
                ),
            ),
        }
        return Issue(**(defaults | values))  # type: ignore[arg-type]

    return make


@pytest.fixture
def renditions() -> tuple[Rendition, ...]:
    """A mail in HTML and in text."""
    return (
        Rendition(name="email.html", language="zh-Hant-TW", media_type="text/html", text="<p>一</p>\n"),
        Rendition(name="email.txt", language="zh-Hant-TW", media_type="text/plain", text="一\n"),
    )


@pytest.fixture
def assets() -> dict[str, bytes]:
    """A picture."""
    return {"0123456789abcdef-600.jpg": b"\xff\xd8picture\xff\xd9"}
