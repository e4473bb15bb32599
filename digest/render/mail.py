"""The nouns of a mail: what it shows of an issue in one language, the same for its HTML and its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from digest.model import Entry, Issue, Position
from digest.text.phrases import Phrases
from digest.text.scripts import script_language

Variants: TypeAlias = tuple[tuple[str, str], ...]
"""Texts of which one is shown: each with its condition (digest.text.parts). A mail for everybody has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words and their language, which is empty where it is that of what surrounds them."""

    text: str
    language: str = ""

    @property
    def is_latin(self) -> bool:
        """Whether it may be set in italics: Chinese, Japanese and Korean never are."""
        return script_language(self.text, "en") == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What kind of thing an entry is: the name of its colours, a sign, a word."""

    colour: str
    sign: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: absolute address, pixels as shown (height 0: not known), the text in its place.

    `is_tall`: made narrower, for it would have been too high at the width of its place.
    """

    src: str
    width: int
    height: int
    alt: str
    is_tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A link that says what it opens."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A name or a title that leads somewhere; `beside` is what stands after it."""

    text: Said
    url: str
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item of the mail. `full` says that the body stands in it, `level` is that of its heading;
    `news` is what changed in an updated one, in a line; `also` are other places where the same story stands.

    `part` is the condition that shows it; `places` says whether it stands `first` in its section, or `next`
    to another: both where the mail is spliced for each reader.
    """

    part: str
    places: tuple[str, ...]
    entry: Entry
    place: Position
    dek_place: Position
    title: str
    url: str
    language: str
    badge: Badge
    updated: bool
    source: Said
    day: str
    dek: str
    reading: Said
    code: str
    tags: tuple[Said, ...]
    image: Image | None
    action: Action
    level: int
    full: bool
    news: str = ""
    note: str = ""
    also: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section: its anchor, heading, colour, how many, and its cards; `part` and `places` as of a card."""

    part: str
    places: tuple[str, ...]
    anchor: str
    title: Said
    colour: str
    counts: Variants
    number: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A change of a profile: `values` are (old, new) pairs, either of them empty; `more` counts them all."""

    place: Position
    operation: str
    sign: str
    word: str
    label: str
    values: tuple[tuple[str, str], ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile with what changed in it: the first rows, in `more` the others, at `more_url` all of them.

    `part` and `places` as of a card.
    """

    part: str
    places: tuple[str, ...]
    entry: Entry
    place: Position
    url: str
    language: str
    name: str
    original: Said
    initials: str
    photo: Image | None
    role: str
    state: str
    is_new: bool
    day: str
    note: str
    rows: tuple[Row, ...]
    more: str
    more_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A quote in the band; `part` is the condition that shows it."""

    part: str
    text: str
    language: str
    is_latin: bool
    by: Said
    source: Said
    url: str
    place: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pill:
    """A part of the mail, the condition that shows it, its number of items, and where it begins."""

    part: str
    titles: Variants
    language: str
    counts: Variants
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Everything that one mail shows, in the order in which it is shown.

    Whatever differs from reader to reader is there in each of its variants; in a mail for everybody there is
    one of each. Of `leads` a reader gets one, or none. `quiet` has the places of what stands at the end: the
    archive `a`, the overflow `o`, earlier issues `e`, whom and how many the issue names `w`.
    `foreign` is the issue's own language where this mail is in another one: that of its title and note.
    """

    issue: Issue
    words: Phrases
    language: str
    foreign: str
    number: str
    day: str
    tagline: Said
    web_url: str
    feed_url: str
    postal_address: Said
    item_counts: Variants
    minute_counts: Variants
    pills: tuple[Pill, ...]
    leads: tuple[Card, ...]
    groups: tuple[Group, ...]
    profiles: tuple[Profile, ...]
    profiles_places: tuple[str, ...]
    profiles_titles: Variants
    profiles_counts: tuple[Variants, ...]
    quotes: tuple[Words, ...]
    overflow: tuple[Card, ...]
    overflow_more: Variants
    archive: tuple[Card, ...] = ()
    bulk: str = ""
    people: tuple[Way, ...] = ()
    earlier: tuple[Way, ...] = ()
    quiet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def lead(self) -> Card | None:
        """The item that leads for everybody."""
        return self.leads[0] if self.leads else None
