"""The nouns of the web pages: cards, pictures, days and badges, as a template is given them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digest.text.scripts import script_language

BADGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "article": ("¶", "Article", "article"),
    "interview": ("¶", "Interview", "article"),
    "paper": ("¶", "Paper", "article"),
    "video": ("▶", "Video", "video"),
    "youtube": ("▶", "YouTube", "video"),
    "podcast": ("◉", "Podcast", "podcast"),
    "wiki": ("§", "Wiki", "wiki"),
    "quotes": ("❝", "Quotes", "wiki"),
    "link": ("↗", "Link", "article"),
    "person": ("◆", "Person", "podcast"),
    "company": ("◆", "Company", "podcast"),
}
"""Kind of entry → sign, word, colour. Another kind is a row here; one that is not here is an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What kind of thing an entry is: a sign, a word, and the name of a colour."""

    sign: str
    word: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in words, and as `<time datetime>` has it."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture on a page; width and height are 0 where they are not known."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A word that leads somewhere, and a number beside it where that says something."""

    text: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name and its language, which is empty where it is that of the page."""

    text: str
    language: str

    @property
    def is_latin(self) -> bool:
        """Whether it may be set in italics: Chinese, Japanese and Korean never are."""
        return script_language(self.text, "en") == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A quote, who said it and where, and the page that it stands on."""

    text: str
    language: str
    by: str
    source: str
    topic: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """A change in reader's words: `pairs` are values before and after, `said` is all of it in a sentence."""

    operation: str
    sign: str
    word: str
    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Another entry, or another place of the same story: title, language, and what stands beside it."""

    text: str
    language: str
    url: str
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An entry in a list; `anchor` is the id of its place on the issue's page."""

    title: str
    url: str
    language: str
    badge: Badge
    source: Name
    day: Day | None
    dek: str
    time: str
    time_language: str
    code: str
    tags: tuple[Link, ...]
    picture: Image | None
    updated: bool
    note: str
    is_profile: bool
    original: str
    original_language: str
    initials: str
    changes: tuple[Alteration, ...]
    anchor: str = ""
    also: tuple[Way, ...] = ()
    mentions: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A correction or withdrawal: its dated label, whom it is about where that must be said, its words."""

    kind: str
    label: str
    title: str
    html: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """An issue in a list."""

    title: str
    language: str
    url: str
    edition: str
    number: int
    year: int
    day: Day
    short_day: Day
    articles: int
    minutes: int
    topics: tuple[str, ...]
    preheader: str
    contents: tuple[Link, ...]
    picture: Image | None
