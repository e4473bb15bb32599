"""Entries whose file was moved or renamed: known under another name, and so not new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from digest.model import Entry, Ledger
from digest.text.renames import Trace, renames, trace

Value = TypeVar("Value")


def follow(ledger: Ledger, entries: Sequence[Entry]) -> tuple[Ledger, Mapping[str, str]]:
    """The ledger as it reads under the names that files have now, and the former name of each new one.

    A key that is gone from `entries` (all that there are, drafts too) lives on in an unknown entry of the
    same file, else with the same fingerprint, else in the single one that its words, its slug, or its title
    and day tell. So a folder that is moved is not a flood of news.
    """
    here = set(map(attrgetter("key"), entries))
    known = ledger.published.keys() | ledger.passed.keys()
    new = here - known
    strangers = sorted((entry for entry in entries if entry.key in new), key=attrgetter("key")) if new else []
    if not strangers:
        return ledger, {}
    # Who was renamed before is looked for under the newest name only: two of one entry would be a doubt.
    gone = sorted(known - here - set(ledger.names.values()))
    names = _same_files(gone, strangers)
    names |= _paired(
        {key: _fingerprint(ledger, key) for key in gone if key not in names.values()},
        {each.key: each.fingerprint for each in strangers if each.key not in names},
    )
    names |= renames(
        {key: _trace(ledger, key) for key in gone if key not in names.values()},
        {each.key: trace(each) for each in strangers if each.key not in names},
    )
    return (_renamed(ledger, names) if names else ledger), names


def _same_files(gone: Sequence[str], strangers: Sequence[Entry]) -> dict[str, str]:
    """The old key of each file that lies where it lay, and only says another language of itself now."""
    before: dict[str, list[str]] = {}
    for key in gone:
        before.setdefault(_without_language(key), []).append(key)
    files = {each.key: each.position.path for each in strangers if _is_file(each)}
    return {key: before[path][0] for key, path in files.items() if len(before.get(path, ())) == 1}


def _is_file(entry: Entry) -> bool:
    """Whether an entry is known by its file, not by an id of its own or by its folder."""
    return entry.key == entry.position.path or entry.key.startswith(f"{entry.position.path}:")


def _without_language(key: str) -> str:
    """A key without the language that is part of it; a file's name ends with a dot and letters."""
    file, _, language = key.rpartition(":")
    return file if file and "." not in language else key


def _renamed(ledger: Ledger, names: Mapping[str, str]) -> Ledger:
    """The ledger with what it knows of the old names under the new ones, too."""
    snapshots = {key: replace(each, key=key) for key, each in _under(names, ledger.snapshots).items()}
    return replace(
        ledger,
        published={**ledger.published, **_under(names, ledger.published)},
        passed={**ledger.passed, **_under(names, ledger.passed)},
        snapshots={**ledger.snapshots, **snapshots},
    )


def _under(names: Mapping[str, str], old: Mapping[str, Value]) -> dict[str, Value]:
    return {new: old[before] for new, before in names.items() if before in old}


def _paired(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """The old name of each new one with its fingerprint; each old one is given once, in order.

    A fingerprint is everything that a reader sees: among several of the same, any is the right one.
    """
    waiting: dict[str, list[str]] = {}
    for key, fingerprint in old.items():
        waiting.setdefault(fingerprint, []).append(key)
    return {key: waiting[each].pop(0) for key, each in new.items() if waiting.get(each)}


def _fingerprint(ledger: Ledger, key: str) -> str:
    found = ledger.published.get(key)
    return found.fingerprint if found else ledger.passed[key]


def _trace(ledger: Ledger, key: str) -> Trace:
    """What the ledger knows of a name: of a profile in full, of others what their issue kept."""
    if key in ledger.snapshots:
        return trace(ledger.snapshots[key])
    found = ledger.published.get(key)
    kept = found.likeness if found else ledger.likeness.get(key, ())
    return Trace(*kept) if kept else Trace("", "")
