"""What an issue would do with one entry: take it or not, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from digest.compose.changes import compare
from digest.compose.passages import Thresholds, fresh_units, units
from digest.compose.rewriting import body_changes
from digest.compose.rules import Rule
from digest.compose.significance import Significance
from digest.compose.tags import Tags
from digest.compose.waiting import Held, Why, hold
from digest.config import Config, EditionTable, NewsTable
from digest.model import Change, Entry, EntryType, Ledger, Published, Reason, Stamp, Verdict, Weight, Word
from digest.text.markup import plain_text
from digest.text.scripts import primary

_HOLDS: Final = {
    Why.DATE: Rule.DATE,
    Why.EMBARGO: Rule.EMBARGO,
    Why.APPROVAL: Rule.APPROVAL,
    Why.EXPIRED: Rule.EXPIRED,
}
UPDATED: Final = (
    "last_updated", "updated", "lastmod", "last_modified", "modified", "updated_at", "modified_at",
)  # fmt: skip
"""Keys that say when something was updated."""
_PROFILE: Final = EntryType.PROFILE
_EVERY: Final = Thresholds(many=1, some_share=0.0, some=1, great_share=0.0)
"""Of what an editor wants told, everything that is new is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An entry that the issue takes, why, and for an updated one what changed."""

    entry: Entry
    reason: Reason
    rule: Rule = Rule.NEVER_PUBLISHED
    changes: tuple[Change, ...] = ()
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """Why an entry is not taken, what the rule saw, and until when where that is known."""

    rule: Rule
    verdict: Verdict = Verdict.OUT
    detail: str = ""
    until: datetime | None = None


_UNCHANGED: Final = Ruled(rule=Rule.UNCHANGED)
_PASSED_OVER: Final = Ruled(rule=Rule.PASSED_OVER)
_LINK: Final = Ruled(rule=Rule.LINK_ONCE)
_DRAFT: Final = Ruled(rule=Rule.DRAFT)
_IGNORED: Final = Ruled(rule=Rule.IGNORED)
_NO_VERSION: Final = Ruled(rule=Rule.NO_VERSION)


class Judge:
    """Judges entries for one issue of an edition; `held`, `idle`, `heard` and `unversioned` are what it met.

    `idle` are profiles that claim to be updated, with nothing changed; `heard` are entries that still ask for
    an update which was told; `unversioned` are known, but by no version to compare them with.
    """

    def __init__(
        self,
        edition: EditionTable,
        config: Config,
        ledger: Ledger,
        *,
        now: datetime,
        since: datetime | None = None,
        drafts: bool = False,
    ) -> None:
        self.ledger, self.now, self.since, self.drafts = ledger, now, since, drafts
        self.fits = _Fit(edition, config)
        self.thresholds = thresholds(config.news)
        self.significance = Significance.of(config.profile_fields)
        self.held: list[Held] = []
        self.idle: list[Entry] = []
        self.unversioned: list[Entry] = []
        self.heard: list[Entry] = []

    def at_first_sight(self, entries: Iterable[Entry]) -> tuple[dict[str, Ruled], list[Entry]]:
        """What is as it was told or passed over, by key; and the rest, to be judged one by one.

        So most of a large site costs a look each.
        """
        published, versions = self.ledger.published, self.ledger.snapshots
        passed = self.ledger.passed if self.since is None else {}
        ruled, rest = {}, []
        for entry in entries:
            key = entry.key
            if entry.word is not None or entry.draft or entry.type is _PROFILE:
                rest.append(entry)
            elif key in published:
                if published[key].fingerprint == entry.fingerprint:
                    ruled[key] = _UNCHANGED
                else:
                    rest.append(entry)
            elif key in passed and key not in versions:
                ruled[key] = _PASSED_OVER
            else:
                rest.append(entry)
        return ruled, rest

    def __call__(self, entry: Entry) -> Chosen | Ruled:
        """The entry as the issue would take it, were it alone; or why it does not."""
        told = self.ledger.published.get(entry.key)
        if entry.draft and not self.drafts:
            return _DRAFT
        if entry.word is Word.IGNORE:
            return _IGNORED
        if told and told.fingerprint == entry.fingerprint and _is_settled(entry):
            return _UNCHANGED
        found = self._new(entry, told) or self._known(entry, told)
        if isinstance(found, Ruled):
            return found
        return self._other(entry) or self._waiting(entry) or found

    def _new(self, entry: Entry, told: Published | None) -> Chosen | None:
        is_passed = entry.key in self.ledger.passed
        back = is_passed and self.since is not None and not _is_out(entry, self.ledger)
        back = back and dated_since(entry, self.since or self.now, self.now)
        if told or (is_passed and not back):
            return None
        rule = Rule.TAKEN_BACK if back else Rule.NEVER_PUBLISHED
        if entry.word is Word.UPDATE:
            rule = Rule.ASKED_FOR
        return Chosen(entry=entry, reason=Reason.NEW, rule=rule, detail=dated(entry))

    def _known(self, entry: Entry, told: Published | None) -> Chosen | Ruled:
        if entry.type is EntryType.LINK:
            return _LINK if told else _PASSED_OVER
        before = self.ledger.snapshots.get(entry.key)
        if entry.word is Word.UPDATE:
            if _is_fresh(entry, told, before):
                return self._asked(entry, before)
            self.heard.append(entry)
        if before is None:
            if told or entry.type is EntryType.PROFILE:
                self.unversioned.append(entry)
                return _NO_VERSION
            return _PASSED_OVER
        if entry.type is EntryType.PROFILE:
            return self._profile(entry, before, told)
        return self._article(entry, before)

    def _asked(self, entry: Entry, before: Entry | None) -> Chosen:
        if before is None:
            changes: tuple[Change, ...] = ()
        elif entry.type is EntryType.PROFILE:
            changes = compare(before, entry, self.significance, _EVERY)
        else:
            changes = body_changes(before.body, entry.body, entry, _EVERY)
        detail = "digest: update"
        return _updated(entry, before, changes, Rule.ASKED_FOR, detail)

    def _profile(self, entry: Entry, before: Entry, told: Published | None) -> Chosen | Ruled:
        changes = compare(before, entry, self.significance, self.thresholds)
        if any(each.weight is Weight.MAJOR for each in changes):
            fields = dict.fromkeys(each.field for each in changes if each.weight is Weight.MAJOR)
            return _updated(entry, before, changes, Rule.MAJOR_CHANGE, ", ".join(fields))
        if changes:
            return Ruled(
                rule=Rule.SMALL_CHANGE, detail=", ".join(dict.fromkeys(each.field for each in changes))
            )
        if _claims(entry, before):
            self.idle.append(entry)
        return _UNCHANGED if told else _PASSED_OVER

    def _article(self, entry: Entry, before: Entry) -> Chosen | Ruled:
        if before.body == entry.body:
            return _UNCHANGED
        old, new = units(plain_text(before.body)), units(plain_text(entry.body))
        fresh = len(fresh_units(old, new))
        detail = f"{fresh:,} new of {len(new):,} words ({fresh / max(1, len(new)):.1%})"
        if not self.thresholds.exceeded(fresh, len(new)):
            return Ruled(rule=Rule.SMALL_CHANGE, detail=detail)
        changes = body_changes(before.body, entry.body, entry, self.thresholds)
        return _updated(entry, before, changes, Rule.MAJOR_CHANGE, detail)

    def _other(self, entry: Entry) -> Ruled | None:
        misfit = self.fits.misfit(entry)
        return Ruled(rule=Rule.OTHER_EDITION, detail=misfit) if misfit else None

    def _waiting(self, entry: Entry) -> Ruled | None:
        known = entry.key in self.ledger.published or entry.key in self.ledger.passed
        found = hold(entry, self.now, known=known)
        if found is None:
            return None
        self.held.append(found)
        at = found.stamp.at if found.stamp else None
        if found.is_over:
            return Ruled(rule=Rule.EXPIRED, detail=f"since {at:%Y-%m-%d}")
        return Ruled(rule=_HOLDS[found.why], verdict=Verdict.HELD, until=at)


class _Fit:
    """Whether an entry is of the edition: one of its tags, in one of its languages, where it names any."""

    def __init__(self, edition: EditionTable, config: Config) -> None:
        self.tags = Tags.of(config.aliases)
        self.wanted = {self.tags.key(tag) for tag in edition.tags}
        self.languages = {primary(each) for each in edition.entry_languages}

    def misfit(self, entry: Entry) -> str:
        """What keeps an entry out of the edition; empty where it fits."""
        if self.languages and primary(entry.language) not in self.languages:
            return f"its language is {entry.language}"
        if self.wanted and self.wanted.isdisjoint(self.tags.keys(entry)):
            return "it has none of the edition's tags"
        return ""


def thresholds(news: NewsTable) -> Thresholds:
    """From when on a text counts as changed, as the site says."""
    return Thresholds(
        many=news.many_units, some_share=news.many_share, some=news.some_units, great_share=news.some_share
    )


def dated(entry: Entry) -> str:
    """The date of an entry and its origin, for an editor."""
    stamp = first_date(entry)
    return f"dated {stamp.at:%Y-%m-%d} ({stamp.origin})" if stamp else "without a date"


def first_date(entry: Entry) -> Stamp | None:
    """The date that a first issue goes by: of a profile its last update, of others their publication."""
    if entry.type is EntryType.PROFILE:
        return entry.updated or entry.date
    return entry.date or entry.updated


def dated_since(entry: Entry, start: datetime, now: datetime) -> bool:
    """Whether an entry is dated from `start` on; days are compared in the zone of `now`."""
    stamp = first_date(entry)
    if stamp is None:
        return False
    if stamp.day_only:
        return stamp.at.date() >= start.astimezone(now.tzinfo).date()
    return stamp.at >= start


def days_after(moment: datetime, days: int, now: datetime) -> datetime:
    """The beginning of the local day so many days after a moment: a schedule's seconds do not count."""
    day = moment.astimezone(now.tzinfo).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _is_settled(entry: Entry) -> bool:
    """Whether an equal fingerprint says all: profiles may weigh fields that it does not count."""
    return entry.type is not EntryType.PROFILE and entry.word is not Word.UPDATE


def _is_out(entry: Entry, ledger: Ledger) -> bool:
    """Whether what was passed over is out under an earlier name."""
    return any(entry.fingerprint == each.fingerprint for each in ledger.published.values())


def _is_fresh(entry: Entry, told: Published | None, before: Entry | None) -> bool:
    """Whether `digest: update` has not been heard for this version."""
    last = told.fingerprint if told else before.fingerprint if before else ""
    return last != entry.fingerprint or before is None or before.word is not Word.UPDATE


def _updated(
    entry: Entry, before: Entry | None, changes: tuple[Change, ...], rule: Rule, detail: str
) -> Chosen:
    return Chosen(
        entry=entry,
        reason=Reason.UPDATED,
        rule=rule,
        changes=changes,
        note=_note(before.fields if before else {}, entry),
        detail=detail,
    )


def _note(before: Mapping[str, object], entry: Entry) -> str:
    """The editor's word on the update; not the one that went with an earlier one."""
    note = entry.fields.get("update_notes") or ""
    said = ", ".join(map(str, note)) if isinstance(note, list | tuple) else str(note)
    return "" if note == before.get("update_notes") else " ".join(said.split())


def _claims(entry: Entry, before: Entry) -> bool:
    """Whether a profile's date of update moved on, and nothing else in it at all."""
    if not entry.updated or not before.updated or entry.updated.at <= before.updated.at:
        return False
    keys = (entry.fields.keys() | before.fields.keys()) - set(UPDATED)
    same = all(entry.fields.get(key) == before.fields.get(key) for key in keys)
    return same and entry.body == before.body
