"""Which entries an issue takes: by what its edition has published, never by a window of time alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Final

from digest.compose import arriving, bulk
from digest.compose.judging import UPDATED, Chosen, Judge, Ruled, dated_since, days_after
from digest.compose.rules import Rule
from digest.compose.stories import told_elsewhere
from digest.compose.waiting import Held, hold
from digest.config import Config, EditionTable
from digest.model import Entry, EntryType, Ledger, Passed, Problem, Renamed, Severity, Verdict
from digest.text.renames import trace

__all__ = ["Choice", "Chosen", "Ruled", "choose"]

_SETTLED: Final = frozenset((
    Rule.BEFORE_FIRST_DAYS, Rule.OVER_FIRST_ITEMS, Rule.OTHER_EDITION, Rule.EXPIRED, Rule.SAME_STORY,
    Rule.IGNORED,
))  # fmt: skip
"""Rules that leave an entry of a strange source out for good: it counts as seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an issue takes, what it passes over, and what is held back.

    `bulk` are updates that are told in one line. What is passed over is older than the first issue, or one
    that meets a new source, reaches; or it was renamed. `sources` are the folders that entries come from,
    `before` has the version that each update is compared with. `ruled` says of each entry that is not taken
    why, by key; `problems` is what an editor should know of it. `deferred` is what an editor keeps for the
    next issue.
    """

    taken: tuple[Chosen, ...] = ()
    bulk: tuple[Chosen, ...] = ()
    passed: tuple[Passed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    baselines: tuple[Entry, ...] = ()
    held: tuple[Held, ...] = ()
    sources: tuple[str, ...] = ()
    before: Mapping[str, Entry] = field(default_factory=dict)
    ruled: Mapping[str, Ruled] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    deferred: tuple[str, ...] = ()


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
    known = sorted(entries, key=attrgetter("key"))
    origins = frozenset(map(attrgetter("source"), known))
    before = ledger.published.keys() | ledger.passed.keys()
    strange = arriving.strange_sources(known, origins, ledger)
    start = arriving.beginning(ledger, edition.since_days, now, since)
    judge = Judge(edition, config, ledger, now=now, since=since, drafts=drafts)
    pile = _Pile(judge, known)
    pile.leave(told_elsewhere(pile.taken, known, before))
    pile.leave(
        arriving.first_days(
            pile.taken, strange, config.news, start=start, now=now, is_asked=since is not None
        )
    )
    swept = bulk.guarded(pile.taken, lambda: _counted(known, ledger), config.news)
    pile.leave(bulk.ruled(swept))
    pile.leave(_cooling(pile.taken, ledger, config.news.cooldown_days, now))
    late = arriving.late(pile.taken, strange, config.news, ledger, now)
    pile.call(late, Rule.LATE)
    pile.leave(arriving.waiting(late, config.news.archive_items))
    seen = [
        entry
        for entry in pile.judged
        if entry.key not in before and _is_seen(entry, pile.ruled, strange, start, now)
    ]
    named = renamed or {}
    return Choice(
        taken=tuple(pile.taken),
        bulk=swept,
        passed=_passed(known, seen, pile, named),
        renamed=tuple(Renamed(key=key, was=named[key]) for key in sorted(named)),
        baselines=_baselines(seen, judge.unversioned),
        held=tuple(judge.held),
        sources=_sources(config, origins),
        before={
            each.entry.key: ledger.snapshots[each.entry.key]
            for each in (*pile.taken, *swept)
            if each.entry.key in ledger.snapshots
        },
        ruled=pile.ruled,
        problems=(
            *map(_idle, judge.idle),
            *map(_heard, judge.heard),
            *([bulk.warning(swept)] if swept else []),
        ),
    )


class _Pile:
    """The entries as they are judged one by one, and as rules about several at once then leave some out."""

    def __init__(self, judge: Judge, entries: Sequence[Entry]) -> None:
        self.taken: list[Chosen] = []
        self.ruled, self.judged = judge.at_first_sight(entries)
        for entry in self.judged:
            found = judge(entry)
            if isinstance(found, Ruled):
                self.ruled[entry.key] = found
            else:
                self.taken.append(found)

    def leave(self, out: Mapping[str, Ruled]) -> None:
        """Leave these out, by key."""
        if out:
            self.ruled |= out
            self.taken = [each for each in self.taken if each.entry.key not in out]

    def call(self, some: Sequence[Chosen], rule: Rule) -> None:
        """Say of some that another rule brings them."""
        keys = {each.entry.key for each in some}
        self.taken = [replace(each, rule=rule) if each.entry.key in keys else each for each in self.taken]


def _counted(entries: Sequence[Entry], ledger: Ledger) -> int:
    """How many entries could be updated: ten years of articles that no issue had say nothing of a flood."""
    return sum(map(ledger.snapshots.__contains__, map(attrgetter("key"), entries)))


def _cooling(taken: Sequence[Chosen], ledger: Ledger, days: int, now: datetime) -> dict[str, Ruled]:
    """The updates of what was told only just: they wait, and come with whatever is added meanwhile."""
    found = {}
    for each in taken:
        told = ledger.published.get(each.entry.key)
        if each.rule is not Rule.MAJOR_CHANGE or told is None or told.at is None:
            continue
        until = days_after(told.at, days, now)
        if until > now:
            detail = f"{each.detail}; told in number {told.number}"
            found[each.entry.key] = Ruled(
                rule=Rule.COOLDOWN, verdict=Verdict.HELD, detail=detail, until=until
            )
    return found


def _is_seen(
    entry: Entry, ruled: Mapping[str, Ruled], strange: Container[str], start: datetime, now: datetime
) -> bool:
    """Whether an unknown entry that is not taken counts as seen from now on, as what a reader never missed.

    Of a strange source that is all that nothing holds back; of others what another entry tells already.
    """
    found = ruled.get(entry.key)
    if found is None or found.rule not in _SETTLED:
        return False
    if entry.source not in strange:
        return found.rule is Rule.SAME_STORY
    if found.rule is Rule.IGNORED:
        return not dated_since(entry, start, now)
    held = hold(entry, now, known=False)
    return held is None or held.is_over


def _passed(
    entries: Sequence[Entry], seen: Sequence[Entry], pile: _Pile, renamed: Mapping[str, str]
) -> tuple[Passed, ...]:
    """What counts as seen, and what is known under another name."""
    noted = renamed.keys() - {each.entry.key for each in pile.taken}
    rules = {entry.key: str(pile.ruled[entry.key].rule) for entry in seen}
    return tuple(
        Passed(
            key=entry.key,
            fingerprint=entry.fingerprint,
            likeness=tuple(trace(entry)),
            rule=rules.get(entry.key, ""),
        )
        for entry in _keyed(entries, rules.keys() | noted)
    )


def _baselines(seen: Iterable[Entry], unversioned: Iterable[Entry]) -> tuple[Entry, ...]:
    """Profiles to compare later versions with: those that count as seen, and those known by no version."""
    found = {each.key: each for each in (*seen, *unversioned) if each.type is EntryType.PROFILE}
    return tuple(found[key] for key in sorted(found))


def _keyed(entries: Sequence[Entry], keys: Container[str]) -> list[Entry]:
    """The entries with these keys, in their order."""
    return [entry for entry in entries if entry.key in keys] if keys else []


def _sources(config: Config, origins: frozenset[str]) -> tuple[str, ...]:
    """The folders that entries come from, those that hold none yet, too."""
    return tuple(sorted(origins | {config.feeds.inbox, *(source.path for source in config.folders)}))


def _idle(entry: Entry) -> Problem:
    """The word to the editor about a profile that says it was updated, and was not."""
    day = f"{entry.updated.at:%Y-%m-%d}" if entry.updated else ""
    return Problem(
        severity=Severity.WARNING,
        rule="updated-unchanged",
        sentence=f"says that it was updated on {day}, but nothing else changed since it was last told",
        position=entry.place(*UPDATED),
        hint="set the date back, or write what is new",
    )


def _heard(entry: Entry) -> Problem:
    """The word to the editor about a word that was heard, and would be again."""
    return Problem(
        severity=Severity.INFO,
        rule="update-heard",
        sentence="`digest: update` was heard; while it stands here, the smallest change is told, too",
        position=entry.place("digest"),
        hint="take the line away",
    )
