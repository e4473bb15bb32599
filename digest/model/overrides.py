"""What an editor changed in an issue, as it is written in `issues/EDITION/NUMBER.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.model.findings import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entry (by key, path or slug) or a section (by tag or title), and where it is named."""

    name: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An entry that stays out: for good, or so that it comes back in the next issue."""

    entry: Named
    for_good: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWish:
    """What becomes of a section: its title, that in other languages, and the entries that begin it."""

    section: Named
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What an editor changed in an issue; what is empty (None of a text) is the composer's choice.

    `text` is that of the file, for the lines around a finding.
    """

    lead: Named | None = None
    pins: tuple[Named, ...] = ()
    skips: tuple[Skip, ...] = ()
    order: tuple[Named, ...] = ()
    sections: tuple[SectionWish, ...] = ()
    note: str | None = None
    subject: str | None = None
    preheader: str | None = None
    text: str = ""
