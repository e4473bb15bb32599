"""What each reader's mail is spliced of: the stretches of an issue's mails, and what each hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A run of a mail that stands in it where all of its conditions hold (digest.text.parts names them)."""

    text: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartItem:
    """An item as splicing knows it: its entry's key, the keys of its tags, its reading time in minutes."""

    key: str
    tags: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """The mail in one language: the stretches of HTML and text, in order, with every variant among them.

    `pills` are the titles that the text's line of parts may hold, each with the conditions that show it; of
    the first of them it tells the number.
    """

    language: str
    html: tuple[Stretch, ...]
    text: tuple[Stretch, ...]
    pills: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """An issue as it is spliced: `items` are the issue's `everything`, all else are indexes into them.

    `leads` are who may lead, the best first; `quotes` the item that each quote is of (-1: of none);
    `persons` the profiles of people. At most `quoted` quotes are shown, and `listed` items of the overflow.
    `topics` says how the tags are spelled, by key.
    """

    items: tuple[PartItem, ...]
    leads: tuple[int, ...] = ()
    sections: tuple[tuple[int, ...], ...] = ()
    profiles: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()
    quotes: tuple[int, ...] = ()
    overflow: tuple[int, ...] = ()
    quoted: int = 3
    listed: int = 12
    topics: Mapping[str, str] = field(default_factory=dict)
    mails: tuple[MailParts, ...] = ()
