"""What is found in loose text: each finding with how sure it is and the line that it came from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Generic, TypeVar

from digest.collect.kinds import PROFILES
from digest.model import Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[T]):
    """A value, how sure it is (0 a guess, 1 certain), and the line that says so."""

    value: T
    confidence: float
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a file says of itself beside its text: an HTML page in its head, a mail in its headers."""

    title: str = ""
    date: datetime.date | None = None
    updated: datetime.date | None = None
    author: str = ""
    source: str = ""
    source_url: str = ""
    language: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """Loose text understood; what was not found is None.

    `name` is the file's name without its folder. `date_is_update` tells "last reviewed" from "published".
    `body` is Markdown without what went into findings; `left_out` are lines that were dropped (headings over
    nothing, "Return to …"). A `finished` text had front matter already and is written as it is, under its own
    `slug`.
    """

    name: str
    title: Finding[str]
    body: str
    kind: Finding[str]
    language: Finding[str]
    date: Finding[datetime.date] | None = None
    date_is_update: bool = False
    source: Finding[str] | None = None
    source_url: Finding[str] | None = None
    author: Finding[str] | None = None
    speaker: Finding[str] | None = None
    description: Finding[str] | None = None
    tags: Finding[tuple[str, ...]] | None = None
    categories: Finding[tuple[str, ...]] | None = None
    key_points: Finding[tuple[str, ...]] | None = None
    quotes: Finding[tuple[Quote, ...]] | None = None
    left_out: tuple[str, ...] = ()
    slug: str = ""
    finished: bool = False

    @property
    def is_profile(self) -> bool:
        """Whether this is a profile with front matter, which belongs into a source of profiles."""
        return self.finished and self.kind.value in PROFILES
