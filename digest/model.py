"""The nouns: one frozen type for each stage of the walk from a file to a sealed issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem matters: an error keeps the entry or the issue out, a warning never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a file: POSIX path relative to the site, 1-based line and column (in characters)."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding for an editor: one sentence, where it is, and what to do about it.

    `rule` is a stable kebab-case name, documented in docs/rules.md. `frame` holds (line number, text) pairs
    around the position, for the code frame.
    """

    severity: Severity
    rule: str
    sentence: str
    position: Position
    hint: str = ""
    frame: tuple[tuple[int, str], ...] = ()


class EntryType(StrEnum):
    """What an entry is to an issue."""

    ARTICLE = "article"
    PROFILE = "profile"
    LINK = "link"


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
    `body_line` of the file. `fields` is the whole front matter as JSON values (profiles are compared by it).
    `fingerprint` is the sha256 of what a reader could notice, `mark` a hash of the words of a body of 200
    characters or more (empty for less), by which a renamed file is known again.

    It waits until `not_before` (publish date, embargo), ends at `expires`, and waits for `approved_by` where
    its source `needs_approval`. A link has the `feed` that it came from, its `duration` in seconds if it can
    be played, and where else the story stands in `also`.
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
    positions: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What the sources hold now: entries in key order, and every finding."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


class Operation(StrEnum):
    """What a change did to a field."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Weight(StrEnum):
    """How much a change of a field is news: a major one announces a profile, a minor one rides along."""

    IGNORE = "ignore"
    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between an entry now and as last published.

    `field` is the front matter key (its label is chosen when rendering, by language), `old` and `new` are the
    values in reader's words, one per item; `position` is where the field stands now. Of the field `body`,
    `heading` is the section that was added, removed or rewritten ("" for what stands before the first).
    """

    operation: Operation
    field: str
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    position: Position | None = None
    weight: Weight = Weight.MAJOR
    heading: str = ""


class Reason(StrEnum):
    """Why an entry is in an issue."""

    NEW = "new"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry in its place in an issue.

    `url` is absolute; `minutes` is the reading time, at least 1.
    """

    entry: Entry
    reason: Reason
    url: str
    minutes: int
    changes: tuple[Change, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A run of items headed by a tag; `key` is the tag's key, `colour` the name of a theme colour."""

    key: str
    title: str
    colour: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueQuote:
    """A quote in the quotes band, with the entry that it comes from."""

    quote: Quote
    entry: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """One size of a picture, under `assets/`: its file name and pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A local image as it travels with the issue: which entry refers to it, by which `src`, in which sizes.

    `files` goes from the narrowest to the widest.
    """

    entry: str
    src: str
    alt: str
    files: tuple[PictureFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An entry that an issue passed over: older than the first one reaches, or known under another name.

    `likeness` is as in Published.
    """

    key: str
    fingerprint: str
    likeness: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An entry that the ledger knew under another key: `was`."""

    key: str
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One number of an edition, composed: everything that its renditions are made of.

    `label` is the ISO week (`2026-W04`). `date` is the `now` that it was composed at, in the edition's zone.
    `overflow` holds items over the edition's limit ("more on the web"). `passed`, `renamed` and `baselines`
    are what the ledger must remember beside what was published: entries passed over, new names of old ones,
    and profiles in full for comparison.
    """

    edition: str
    number: int
    label: str
    title: str
    tagline: str
    language: str
    languages: tuple[str, ...]
    date: datetime
    subject: str
    preheader: str
    note: str = ""
    lead: Item | None = None
    sections: tuple[Section, ...] = ()
    profiles: tuple[Item, ...] = ()
    quotes: tuple[IssueQuote, ...] = ()
    overflow: tuple[Item, ...] = ()
    pictures: tuple[Picture, ...] = ()
    passed: tuple[Passed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    baselines: tuple[Entry, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every article and link that the mail shows, the lead first, in reading order; not the profiles."""
        lead = (self.lead,) if self.lead else ()
        return lead + tuple(item for section in self.sections for item in section.items)

    @property
    def everything(self) -> tuple[Item, ...]:
        """Every item published with the issue: shown, profiles and overflow."""
        return self.items + self.profiles + self.overflow

    @property
    def minutes(self) -> int:
        """Reading time of what the mail shows, in minutes."""
        return sum(item.minutes for item in self.items)

    @property
    def id(self) -> str:
        """Edition and number: `weekly/14`."""
        return f"{self.edition}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A ledger row: what an edition published of an entry last.

    `likeness` is what the entry keeps under another name (type, language, title, day, slug, mark of its
    body), as far as it is known.
    """

    key: str
    fingerprint: str
    number: int
    likeness: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What an edition has published, before an issue is composed.

    `published` and `passed` (fingerprints) go by entry key, `likeness` (as in Published) by the key of what
    was passed over; `snapshots` holds profiles as last published or passed over, by key. `names` has the
    former name of each entry that an issue found renamed. `last` is the date of the newest sealed issue,
    None before the first.
    """

    published: Mapping[str, Published] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    likeness: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    snapshots: Mapping[str, Entry] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    last: datetime | None = None
    next_number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of a rendition (character offsets, end exclusive) and the place that it came from."""

    start: int
    end: int
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """An issue in one format and language: `name` is its file name in the sealed folder."""

    name: str
    language: str
    media_type: str
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue with its renditions and assets (by file name), before it is sealed."""

    issue: Issue
    renditions: tuple[Rendition, ...]
    assets: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedIssue:
    """An issue whose renditions are frozen: `seal` is the sha256 of its manifest, `folder` where it lies."""

    issue: Issue
    folder: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A file of the built site: POSIX path relative to `public/`, and its bytes."""

    path: str
    data: bytes
