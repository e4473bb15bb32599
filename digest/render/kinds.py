"""What the kind of an entry means for readers: its badge, how long it takes, what one does with it."""

from __future__ import annotations

from typing import Final

from digest.model import Entry, EntryType
from digest.render.cards import BADGES
from digest.text.markup import plain_text
from digest.text.phrases import Phrases, phrases

_PLAYED: Final = ("podcast", "video")


def badge_of(entry: Entry) -> str:
    """The row of BADGES that an entry wears: its kind; a link to an article says that it is a link."""
    if entry.kind == "video" and entry.source_name.casefold() == "youtube":
        return "youtube"
    if entry.kind not in BADGES or entry.kind == "article":
        return "link" if entry.type is EntryType.LINK else "article"
    return entry.kind


def time_of(entry: Entry, minutes: int) -> str:
    """How long it takes, in the entry's own language: to hear or to see where it says so, else to read.

    Empty for a link without a duration: what we have of it is a summary.
    """
    words = phrases(entry.language)
    if entry.duration > 0 and entry.kind in _PLAYED:
        played = max(1, round(entry.duration / 60))
        if entry.kind == "podcast":
            return words.plural("{n} min listen", "{n} min listen", played)
        return words.plural("{n} min watch", "{n} min watch", played)
    if entry.type is EntryType.LINK:
        return ""
    return words.plural("{n} min read", "{n} min read", minutes)


def dek_of(entry: Entry) -> str:
    """What stands under a title: the description, of a link else its summary."""
    if entry.description or entry.type is not EntryType.LINK:
        return entry.description
    return plain_text(entry.body)


def source_of(entry: Entry) -> str:
    """Whose it is: the source's name, or who is heard there where the badge says that name already."""
    if entry.type is EntryType.LINK and badge_of(entry) == "youtube" and entry.authors:
        return entry.authors[0]
    return entry.source_name


def alt_of(entry: Entry) -> str:
    """What stands in the place of an entry's picture: for a link at least whose it is."""
    given = entry.image.alt if entry.image else ""
    return given or (source_of(entry) if entry.type is EntryType.LINK else "")


def away(entry: Entry, words: Phrases, source: str) -> str:
    """What the way to a link's source says, in the reader's language."""
    if entry.kind == "podcast":
        return words("Listen at {source}", source=source)
    if entry.kind == "video":
        return words("Watch at {source}", source=source)
    return words("Read it at {source}", source=source)
