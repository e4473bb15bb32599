"""What a format says of a feed and its items, before it is understood: the same nouns for all formats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file or picture that an item comes with: its address, media type, seconds and width if told."""

    url: str
    type: str = ""
    seconds: int = 0
    width: int = 0

    def is_a(self, kind: str) -> bool:
        """Whether it is `audio`, `video` or an `image`, by its type (RFC 6838 §4.2)."""
        return self.type.casefold().startswith(f"{kind}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """An item as its format spells it. `base` is the address that relative ones stand against.

    `markup` is HTML, or text where `plain`; so is `title` where `title_plain`. `kind` is what the format
    itself says the item is, empty where it does not.
    """

    id: str = ""
    link: str = ""
    base: str = ""
    title: str = ""
    title_plain: bool = False
    markup: str = ""
    plain: bool = False
    author: str = ""
    date: datetime | None = None
    updated: datetime | None = None
    kind: str = ""
    seconds: int = 0
    media: tuple[Medium, ...] = ()
    images: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a feed breaks off or is wrong, and how: 1-based line and column."""

    sentence: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed as its format spells it. `format` is empty for what is no feed; `more` when it was cut short."""

    format: str
    title: str = ""
    title_plain: bool = False
    language: str = ""
    home: str = ""
    seconds: int = 0
    image: str = ""
    items: tuple[RawItem, ...] = ()
    more: bool = False
    fault: Fault | None = None
