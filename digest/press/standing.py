"""The verb `status`: what comes in each edition, what waits and why, and what is ill; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.model import Collection, Decision, Entry, Problem, Severity, Verdict
from digest.press.coming import word
from digest.press.feed_states import states
from digest.press.outlook import Outlook, outlook
from digest.press.overriding import overrides_path
from digest.press.places import Site
from digest.press.reading import read
from digest.store import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry that would be news but waits, and the decision that says why."""

    entry: Entry
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an edition stands: its next issue, and what waits for a later one, the soonest first.

    `word` is what the editor said of it, `is_edited` tells that there are overrides.
    """

    outlook: Outlook
    waiting: tuple[Waiting, ...]
    word: Word
    is_edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingFeed:
    """A feed that brings nothing: how often in a row, and what its last visit met."""

    url: str
    title: str
    failures: int
    fault: str
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the site stands: its editions, its entries and their problems, and its feeds."""

    editions: tuple[Standing, ...]
    entries: int
    problems: tuple[Problem, ...]
    feeds: int
    failing: tuple[FailingFeed, ...]

    def count(self, severity: Severity) -> int:
        """How many problems are of a severity."""
        return sum(each.severity is severity for each in self.problems)


def status(site: Site, *, now: datetime, edition: str | None = None) -> Status:
    """How the site stands at `now`: every edition, or one. Raises: as `outlook`, and UsageError."""
    tables = [site.edition(edition)] if edition else list(site.config.editions)
    collection = read(site, now)
    editions = tuple(_standing(site, outlook(site, each, collection, now), collection) for each in tables)
    return Status(
        editions=editions,
        entries=len(collection.entries),
        problems=(*collection.problems, *(found for each in editions for found in each.outlook.problems)),
        feeds=len(site.config.subscriptions),
        failing=tuple(_failing(site)),
    )


def _standing(site: Site, ahead: Outlook, collection: Collection) -> Standing:
    entries = {entry.key: entry for entry in collection.entries}
    waiting = [
        Waiting(entry=entries[key], decision=each)
        for key, each in ahead.decisions.items()
        if each.verdict is Verdict.HELD and key in entries
    ]
    return Standing(
        outlook=ahead,
        waiting=tuple(sorted(waiting, key=_soonest)),
        word=word(site, ahead.edition.name, ahead.number),
        is_edited=overrides_path(site, ahead.edition.name, ahead.number).is_file(),
    )


def _soonest(each: Waiting) -> tuple[bool, float, str]:
    until = each.decision.until
    return (until is None, until.timestamp() if until else 0.0, each.entry.key)


def _failing(site: Site) -> Iterator[FailingFeed]:
    known = states(site) if site.config.subscriptions else {}
    for source in site.config.subscriptions:
        state = known.get(source.url)
        if state and (state.failures or state.gone_at):
            yield FailingFeed(
                url=source.url,
                title=source.title or state.title or source.url,
                failures=state.failures,
                fault=state.fault,
                is_gone=state.gone_at is not None,
            )
