"""One number of an edition, made of sections, and what it must be remembered for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from digest.model.entries import Entry, EntryType, Quote
from digest.model.findings import Position


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
class Pointer:
    """Another entry that an item or an issue points to, at its absolute `url`.

    `title` is a profile's name without its original one. `number` is the earlier issue that published it
    last and `date` the date of that one; 0 and None for what stands in the same issue, or on a page that is
    not ours.
    """

    entry: str
    type: EntryType
    kind: str
    title: str
    language: str
    url: str
    number: int = 0
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry in its place in an issue.

    `url` is absolute; `minutes` is the reading time, at least 1; `rule` is that of the decision which brought
    it (docs/choosing.md), empty in issues that were sealed before there were any. `mentions` are the profiles
    of whom it speaks, `related` the articles that are closest to it, in this issue or an earlier one.
    """

    entry: Entry
    reason: Reason
    url: str
    minutes: int
    changes: tuple[Change, ...] = ()
    note: str = ""
    rule: str = ""
    mentions: tuple[Pointer, ...] = ()
    related: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A run of items headed by a tag; `key` is the tag's key, `colour` the name of a theme colour.

    `titles` are headings in other languages, where an editor gave any.
    """

    key: str
    title: str
    colour: str
    items: tuple[Item, ...]
    titles: Mapping[str, str] = field(default_factory=dict)


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
    """An entry that an issue passed over: older than it reaches, or known under another name.

    `likeness` is as in Published, `rule` as in Item.
    """

    key: str
    fingerprint: str
    likeness: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An entry that the ledger knew under another key: `was`."""

    key: str
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One number of an edition, composed: everything that its renditions are made of.

    `label` is the ISO week (`2026-W04`). `date` is the `now` that it was composed at, in the edition's zone.
    `overflow` holds items over the edition's limit ("more on the web"), `archive` new entries that are dated
    long before the last issue ("from the archive"). `bulk` are the updates that were too many to tell one by
    one: readers get one line with their number, and these versions count as announced. `passed`, `renamed`
    and `baselines` are what the ledger must remember beside what was published: entries passed over, new
    names of old ones, and entries in full for comparison; `sources` are the folders that entries came from,
    so that one that is added later is known to be new; `deferred` are keys of what an editor kept for a later
    issue. `earlier` are articles of earlier issues on what this one is about.
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
    archive: tuple[Item, ...] = ()
    bulk: tuple[Item, ...] = ()
    pictures: tuple[Picture, ...] = ()
    passed: tuple[Passed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    baselines: tuple[Entry, ...] = ()
    sources: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    earlier: tuple[Pointer, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every article and link that the mail shows, the lead first, in reading order; not the profiles."""
        lead = (self.lead,) if self.lead else ()
        return lead + tuple(item for section in self.sections for item in section.items)

    @property
    def everything(self) -> tuple[Item, ...]:
        """Every item published with the issue: shown, profiles, from the archive, and overflow."""
        return self.items + self.profiles + self.archive + self.overflow

    @property
    def minutes(self) -> int:
        """Reading time of what the mail shows, in minutes."""
        return sum(item.minutes for item in self.items)

    @property
    def id(self) -> str:
        """Edition and number: `weekly/14`."""
        return f"{self.edition}/{self.number}"
