"""An arrangement of an issue, and how it differs from the composer's: what its overrides need to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digest.compose.overriding import MORE, PROFILES
from digest.model import Issue, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A section as somebody wants it: the key of its tag, its title, its entries by key."""

    key: str
    title: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """An issue as somebody wants it: its lead, sections and profiles, all of them."""

    lead: str = ""
    sections: tuple[Arranged, ...] = ()
    profiles: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Made:
    title: str = ""
    entries: list[str] = field(default_factory=list)


def differences(composed: Issue, wanted: Arrangement) -> dict[str, Any]:
    """What the overrides of an issue must say of lead, order and sections, so that it becomes what is wanted.

    None stands for the composer's choice, so that what was said before and is needed no more goes. An entry
    is named only where it must be: those behind it follow in the composer's order.
    """
    leads = composed.lead.entry.key if composed.lead else ""
    made = {each.key: _Made(title=each.title, entries=_keys(each.items)) for each in composed.sections}
    order = [each.key for each in wanted.sections if each.entries]
    there = [key for key in made if key in order]
    sections: dict[str, Any] = {
        (each.key or MORE): _section(each, made.get(each.key, _Made()), wanted) for each in wanted.sections
    }
    entries = _named(wanted.profiles, _keys(composed.profiles))
    sections[PROFILES] = {"entries": entries or None}
    new = [key for key in order if key not in made]
    return {
        "lead": None if wanted.lead in ("", leads) else wanted.lead,
        "order": None if order == [*there, *new] else [key or MORE for key in order],
        "sections": sections,
    }


def _keys(items: Sequence[Item]) -> list[str]:
    return [item.entry.key for item in items]


def _section(wanted: Arranged, made: _Made, every: Arrangement) -> Mapping[str, Any]:
    elsewhere = {key for each in every.sections if each.key != wanted.key for key in each.entries}
    left = [key for key in made.entries if key not in elsewhere]
    return {
        "title": None if wanted.title in ("", made.title) else wanted.title,
        "entries": _named(wanted.entries, left) or None,
    }


def _named(wanted: Sequence[str], made: Sequence[str]) -> list[str]:
    """The shortest beginning of what is wanted behind which the rest follows as it was made."""
    for count in range(len(wanted)):
        begun = wanted[:count]
        if [*begun, *(key for key in made if key not in begun)] == list(wanted):
            return list(begun)
    return list(wanted)
