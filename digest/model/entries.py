"""From a text with its origin to what can appear in an issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from digest.model.findings import Position, Problem


class EntryType(StrEnum):
    """What an entry is to an issue."""

    ARTICLE = "article"
    PROFILE = "profile"
    LINK = "link"


class Word(StrEnum):
    """What an editor says of an entry in its front matter, as `digest: update`."""

    UPDATE = "update"  # announce this version, however small the change is
    IGNORE = "ignore"  # no news, whatever becomes of it
    PIN = "pin"  # the lead, or the first of its section


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with its origin, before it is understood.

    `path` is POSIX and relative to the site; `source` is the path of the folder that it was found in. `type`,
    `language`, `tags`, `flavour` (whose Markdown it is), `encoding` (of bytes that are not UTF-8) and
    `needs_approval` are what the source says of its files.
    """

    path: str
    data: bytes
    type: EntryType
    language: str
    tags: tuple[str, ...] = ()
    source: str = ""
    flavour: str = "auto"
    encoding: str = ""
    needs_approval: bool = False


class Origin(StrEnum):
    """Where a date comes from, the surest first."""

    FRONT_MATTER = "front matter"
    PATH = "path"  # a folder or a permalink: 2026/01/31/title
    FILE_NAME = "file name"  # 2026-01-31-title.md
    HEADER = "header"  # the first lines of a text without front matter
    GIT = "git"  # the commit that added the file
    FIRST_SEEN = "first seen"  # nothing says when, so: when we first saw it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date and where it comes from: always aware; `day_only` when no time of day was written."""

    at: datetime
    day_only: bool = False
    origin: Origin = Origin.FRONT_MATTER


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRef:
    """An image that an entry refers to, as written there, and where."""

    src: str
    alt: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of somebody, with their topic and source where they are known."""

    text: str
    by: str = ""
    topic: str = ""
    source: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What the front matter of a profile says under whatever keys its site uses.

    `related` are slugs of other profiles, in the order given.
    """

    native_name: str = ""
    role: str = ""
    organization: str = ""
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another place where the same story stands: whose it is, and its address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What can appear in an issue, understood from one document.

    `key` identifies it for ever: an explicit `id`, else the path of its file, of a bundle that of its folder;
    then `:` and its language where that is not told by the path and differs from its source's. `kind` is the
    badge it wears: article, interview, video, podcast, wiki, quotes, paper; person or company for profiles.
    `body` is the Markdown, other tools' spellings written in ours line for line; it begins on line
    `body_line` of the file. `fields` is the whole front matter as JSON values (profiles are compared by it),
    `positions` the line and column of its keys (`a.b` for the key `b` in the map `a`).
    `fingerprint` is the sha256 of what a reader could notice, `mark` a hash of the words of a body of 200
    characters or more (empty for less), by which a renamed file is known again.

    `word` is what the editor says of it. It waits until `not_before` (publish date, embargo), ends at
    `expires`, and waits for `approved_by` where its source `needs_approval`. A link has the `feed` that it
    came from, its `duration` in seconds if it can be played, and where else the story stands in `also`.
    """

    key: str
    type: EntryType
    kind: str
    slug: str
    title: str
    language: str
    position: Position
    fingerprint: str
    date: Stamp | None = None
    updated: Stamp | None = None
    description: str = ""
    body: str = ""
    body_line: int = 1
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source_name: str = ""
    source_url: str = ""
    url: str = ""
    image: ImageRef | None = None
    images: tuple[ImageRef, ...] = ()
    key_points: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    draft: bool = False
    lead: bool = False
    word: Word | None = None
    mark: str = ""
    source: str = ""
    not_before: Stamp | None = None
    expires: Stamp | None = None
    approved_by: str = ""
    needs_approval: bool = False
    roles: Roles = field(default_factory=Roles)
    feed: str = ""
    duration: int = 0
    also: tuple[Also, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    positions: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def place(self, *keys: str) -> Position:
        """Where the first of these keys of the front matter stands; where the entry does if none is there."""
        for key in keys:
            if key in self.positions:
                line, column = self.positions[key]
                return Position(path=self.position.path, line=line, column=column)
        return self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What the sources hold now: entries in key order, and every finding."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
