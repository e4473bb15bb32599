"""Entries whose file was moved or renamed: known under another name, and so not new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from digest.model import Entry, EntryType, Ledger

Value = TypeVar("Value")
Mark: TypeAlias = str | tuple[str, ...]
"""What two names of one entry have in common; empty where nothing is known of it."""


def likeness(entry: Entry) -> tuple[str, ...]:
    """What a file keeps that is renamed and edited: type, language, title, and the day unless a profile."""
    day = str(entry.date.at.date()) if entry.date and entry.type is not EntryType.PROFILE else ""
    return (entry.type, entry.language, entry.title, day)


def follow(ledger: Ledger, entries: Sequence[Entry]) -> tuple[Ledger, frozenset[str]]:
    """The ledger as it reads under the names that files have now, and the keys that are new names.

    A key that is gone from `entries` (all that there are, drafts too) lives on in an unknown entry with the
    same fingerprint, else with the same likeness. So a folder that is moved is not a flood of news.
    """
    here = {entry.key for entry in entries}
    known = ledger.published.keys() | ledger.passed.keys()
    strangers = sorted((entry for entry in entries if entry.key not in known), key=lambda entry: entry.key)
    gone = sorted(known - here)
    names = _paired(
        {key: _fingerprint(ledger, key) for key in gone}, {each.key: each.fingerprint for each in strangers}
    )
    names |= _paired(
        {key: _likeness(ledger, key) for key in gone if key not in names.values()},
        {each.key: likeness(each) for each in strangers if each.key not in names},
    )
    if not names:
        return ledger, frozenset()
    snapshots = {new: ledger.snapshots[old] for new, old in names.items() if old in ledger.snapshots}
    return replace(
        ledger,
        published={**ledger.published, **_under(names, ledger.published)},
        passed={**ledger.passed, **_under(names, ledger.passed)},
        snapshots={**ledger.snapshots, **{new: replace(each, key=new) for new, each in snapshots.items()}},
    ), frozenset(names)


def _under(names: Mapping[str, str], old: Mapping[str, Value]) -> dict[str, Value]:
    return {new: old[before] for new, before in names.items() if before in old}


def _paired(old: Mapping[str, Mark], new: Mapping[str, Mark]) -> dict[str, str]:
    """The old name of each new one whose mark it bears; each old one is given once, in order."""
    waiting: dict[Mark, list[str]] = {}
    for key, mark in old.items():
        waiting.setdefault(mark, []).append(key)
    return {key: waiting[mark].pop(0) for key, mark in new.items() if mark and waiting.get(mark)}


def _fingerprint(ledger: Ledger, key: str) -> str:
    found = ledger.published.get(key)
    return found.fingerprint if found else ledger.passed[key]


def _likeness(ledger: Ledger, key: str) -> tuple[str, ...]:
    if key in ledger.snapshots:
        return likeness(ledger.snapshots[key])
    found = ledger.published.get(key)
    return found.likeness if found else ()
