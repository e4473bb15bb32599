"""Which entries an issue takes: by what its edition has published, never by a window of time alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.compose.changes import compare
from digest.compose.significance import Significance
from digest.compose.tags import Tags
from digest.compose.waiting import Held, hold
from digest.config import Config, EditionTable
from digest.model import Change, Entry, EntryType, Ledger, Passed, Reason, Renamed, Stamp, Weight
from digest.text.renames import trace
from digest.text.scripts import primary


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An entry that the issue takes, why, and for an updated profile what changed."""

    entry: Entry
    reason: Reason
    changes: tuple[Change, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an issue takes, what it passes over, and what is held back.

    The first number passes over what is older than it reaches, later ones what was renamed.
    """

    taken: tuple[Chosen, ...] = ()
    passed: tuple[Passed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    baselines: tuple[Entry, ...] = ()
    held: tuple[Held, ...] = ()


def choose(
    edition: EditionTable,
    config: Config,
    entries: Sequence[Entry],
    ledger: Ledger,
    *,
    now: datetime,
    since: datetime | None = None,
    drafts: bool = False,
    renamed: Mapping[str, str] | None = None,
) -> Choice:
    """Choose from `entries` for the issue at `now` (aware, in the edition's zone), in key order.

    `since` moves the beginning of the first issue; later on it takes back what that issue passed over and is
    dated since. `renamed` has the former names of keys that the ledger knows as another's: they are noted, so
    that a file that is renamed now and edited later stays known.
    """
    known = sorted((entry for entry in entries if drafts or not entry.draft), key=lambda entry: entry.key)
    held = {entry.key: found for entry in known if (found := hold(entry, now, known=_known(entry, ledger)))}
    ready = [entry for entry in known if entry.key not in held]
    fits, significance = _Fit(edition, config), Significance.of(config.profile_fields)
    if ledger.last is None:
        past = [entry for entry in known if entry.key not in held or held[entry.key].is_over]
        choice = _first(edition, past, [entry for entry in ready if fits(entry)], now=now, since=since)
        return replace(choice, held=tuple(each for each in held.values() if fits(each.entry)))
    taken = [
        chosen
        for entry in ready
        if fits(entry) and (chosen := _taken(entry, ledger, significance, since, now))
    ]
    named = dict(renamed or {})
    noted = named.keys() - {each.entry.key for each in taken}
    return Choice(
        taken=tuple(taken),
        passed=tuple(_passed(entry) for entry in known if entry.key in noted),
        renamed=tuple(Renamed(key=entry.key, was=named[entry.key]) for entry in known if entry.key in named),
        baselines=(
            *(ledger.snapshots[key] for key in sorted(noted & ledger.snapshots.keys())),
            *_unknown_profiles(ready, ledger),
        ),
        held=tuple(
            each
            for each in held.values()
            if fits(each.entry) and _taken(each.entry, ledger, significance, since, now) is not None
        ),
    )


class _Fit:
    """Whether an entry is of the edition: one of its tags, in one of its languages, where it names any."""

    def __init__(self, edition: EditionTable, config: Config) -> None:
        self.tags = Tags.of(config.aliases)
        self.wanted = {self.tags.key(tag) for tag in edition.tags}
        self.languages = {primary(each) for each in edition.entry_languages}

    def __call__(self, entry: Entry) -> bool:
        spoken = not self.languages or primary(entry.language) in self.languages
        return spoken and (not self.wanted or not self.wanted.isdisjoint(self.tags.keys(entry)))


def _first(
    edition: EditionTable,
    ready: Sequence[Entry],
    fitting: Iterable[Entry],
    *,
    now: datetime,
    since: datetime | None,
) -> Choice:
    """The first issue: what is dated within the last days; whatever else is known is passed over."""
    start = since or now - timedelta(days=edition.since_days)
    taken = [entry for entry in fitting if _since(_dated(entry), start, now)]
    keys = {entry.key for entry in taken}
    others = [entry for entry in ready if entry.key not in keys]
    return Choice(
        taken=tuple(Chosen(entry=entry, reason=Reason.NEW) for entry in taken),
        passed=tuple(_passed(entry) for entry in others),
        baselines=tuple(entry for entry in others if entry.type is EntryType.PROFILE),
    )


def _taken(
    entry: Entry, ledger: Ledger, significance: Significance, since: datetime | None, now: datetime
) -> Chosen | None:
    """The entry as a later issue takes it: new, or a profile of which something major changed; else None."""
    again = since is not None and _is_passed(entry, ledger) and _since(_dated(entry), since, now)
    if entry.key not in ledger.published and (entry.key not in ledger.passed or again):
        return Chosen(entry=entry, reason=Reason.NEW)
    before = ledger.snapshots.get(entry.key)
    if entry.type is not EntryType.PROFILE or before is None:
        return None
    changes = compare(before, entry, significance)
    if not any(each.weight is Weight.MAJOR for each in changes):
        return None
    return Chosen(entry=entry, reason=Reason.UPDATED, changes=changes, note=_note(before, entry))


def _passed(entry: Entry) -> Passed:
    return Passed(key=entry.key, fingerprint=entry.fingerprint, likeness=tuple(trace(entry)))


def _known(entry: Entry, ledger: Ledger) -> bool:
    return entry.key in ledger.published or entry.key in ledger.passed


def _is_passed(entry: Entry, ledger: Ledger) -> bool:
    """Whether the first issue passed an entry over; not one that is out under an earlier name."""
    return entry.key in ledger.passed and all(
        entry.fingerprint != each.fingerprint for each in ledger.published.values()
    )


def _note(before: Entry, entry: Entry) -> str:
    """The editor's word on the update; not the one that went with an earlier one."""
    note = entry.fields.get("update_notes") or ""
    said = ", ".join(map(str, note)) if isinstance(note, list | tuple) else str(note)
    return "" if note == before.fields.get("update_notes") else " ".join(said.split())


def _unknown_profiles(ready: Iterable[Entry], ledger: Ledger) -> tuple[Entry, ...]:
    """Profiles that the ledger knows, but in no version to compare with: remembered from now on."""
    known = ledger.published.keys() | ledger.passed.keys()
    return tuple(
        entry
        for entry in ready
        if entry.type is EntryType.PROFILE and entry.key in known and entry.key not in ledger.snapshots
    )


def _dated(entry: Entry) -> Stamp | None:
    """The date that the first issue goes by: of a profile its last update, of others their publication."""
    if entry.type is EntryType.PROFILE:
        return entry.updated or entry.date
    return entry.date or entry.updated


def _since(stamp: Stamp | None, start: datetime, now: datetime) -> bool:
    """Whether something is dated from `start` on; days are compared in the zone of `now`."""
    if stamp is None:
        return False
    if stamp.day_only:
        return stamp.at.date() >= start.astimezone(now.tzinfo).date()
    return stamp.at >= start
