"""The verb `collect`: fetch the feeds, look at every source, and tell what became of it since last time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.survey import Survey, survey
from digest.compose import Held, hold
from digest.errors import StoreError, UsageError
from digest.model import Entry, Origin, Problem, Severity, Stamp
from digest.press.comparing import Comparison, Found, What, as_they_are, compare
from digest.press.feed_reports import FeedReport
from digest.press.first_sight import folders, is_undated
from digest.press.places import Site
from digest.store import Store
from digest.store.sightings import Sightings

Progress = Callable[[str], None]

_TRIES: Final = 5  # how often we compare again where others collect at the same moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one source: its files, and by kind of change its entries.

    `is_new` at its first collecting. A source that config.toml has no more has no files, and is told once.
    """

    name: str
    is_new: bool = False
    files: int = 0
    entries: int = 0
    failed: int = 0
    passed: int = 0
    changes: Mapping[What, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the sources hold now, and what became of them since they were last collected.

    `found` has what is new, updated, moved and gone, the newest of each first, and what is unchanged where
    that was asked for; `entries` by key those of them that were asked for in full, and `held` why one of
    these is no news yet. `feeds` tells what came of each feed.
    """

    sources: tuple[SourceReport, ...]
    found: tuple[Found, ...]
    entries: Mapping[str, Entry]
    held: Mapping[str, Held]
    feeds: tuple[FeedReport, ...]
    problems: tuple[Problem, ...]


def collect(
    site: Site,
    *,
    now: datetime,
    source: str | None = None,
    fetch: bool = True,
    everything: bool = False,
    full: int | None = None,
    progress: Progress | None = None,
) -> Collected:
    """Fetch the feeds that are due, look at every source, and remember what was seen.

    One `source` may be named: a folder, or a feed, which is fetched though it is not due and told of by what
    is in the inbox. With `everything` what is unchanged is told, too; of what is told the first `full`
    entries are loaded (all when None). What one collecting told as new, no other tells again, whoever
    collects at once.

    Raises:
        UsageError: there is no such source.
        StoreError: the database cannot be read or written.
        DigestError: the disk refuses, or another command has been fetching for minutes.
    """
    source = _known(site, source)
    feeds = _fetched(site, now, source, progress) if fetch else ()
    if source in _addresses(site):
        source = _inbox(site)
    with survey(site.config, site.root, progress) as seen, site.store() as store:
        for _ in range(_TRIES):
            if told := _told(seen, Sightings(store), now, source):
                break
        else:
            raise StoreError(
                "others collect this site all the time", subject=site.database, hint="try again in a while"
            )
        comparison, is_new = told
        found = _with_unchanged(seen, comparison, now, source) if everything else comparison.found
        keys = [each.sighting.key for each in found if each.what is not What.GONE]
        entries = _entries(seen, store, list(islice(keys, full)), site.config.zone)
        local = now.astimezone(site.config.zone)
        return Collected(
            sources=tuple(_reports(seen, comparison, is_new, source)),
            found=tuple(found),
            entries=entries,
            held={key: each for key, entry in entries.items() if (each := hold(entry, local, known=False))},
            feeds=feeds,
            problems=(*(each for report in feeds for each in report.problems), *seen.problems),
        )


def _addresses(site: Site) -> frozenset[str]:
    return frozenset(each.url for each in site.config.subscriptions)


def _known(site: Site, source: str | None) -> str | None:
    """The name of a source as reports have it. Raises UsageError."""
    if source is None or source in _addresses(site):
        return source
    names = folders(site)
    tidy = PurePosixPath(source).as_posix()
    if tidy in names:
        return tidy
    titled = _titled(site, source)
    if len(titled) == 1:
        return titled[0]
    known = titled or [*names, *sorted(_addresses(site))]
    near = get_close_matches(source, known, 1) or known
    raise UsageError(
        f"there is no source {source!r}", subject="config.toml", hint=f"there are: {', '.join(near)}"
    )


def _titled(site: Site, title: str) -> list[str]:
    """The addresses of the feeds of a title: config.toml's, else their own, as the table has it."""
    from digest.press.feeds import states

    own = {url: state.title for url, state in states(site).items()}
    titles = {each.url: each.title or own.get(each.url, "") for each in site.config.subscriptions}
    return [url for url, each in titles.items() if each and each.casefold() == title.strip().casefold()]


def _inbox(site: Site) -> str:
    """The source that the files of feeds lie in."""
    inbox = PurePosixPath(site.config.feeds.inbox)
    return max((name for name in folders(site) if inbox.is_relative_to(name)), key=len)


def _fetched(
    site: Site, now: datetime, source: str | None, progress: Progress | None
) -> tuple[FeedReport, ...]:
    """What came of the feeds: of one that is named, of all that are due, of none for a folder."""
    addresses = _addresses(site)
    if not addresses or (source is not None and source not in addresses):
        return ()
    from digest.press.feeds import fetch  # imported here: it brings the network along

    return fetch(site, now=now, progress=progress, names=None if source is None else (source,))


def _told(
    seen: Survey, sightings: Sightings, now: datetime, only: str | None
) -> tuple[Comparison, frozenset[str]] | None:
    """What became of the sources, written down, and which are new; None where another was faster."""
    before, begun = sightings.state(), sightings.begun()
    failing = frozenset(each.position.path for each in seen.problems if each.severity is Severity.ERROR)
    whole = _whole(seen, failing)
    if before.state == whole:
        return Comparison(unchanged={each.name: each.entries for each in seen.sources}), frozenset()
    told = compare(seen.seen(), sightings, failing=failing, now=now, only=only)
    new = {each.name for each in seen.sources if only in (None, each.name)} - begun.keys() - failing
    changed = (each.sighting for each in told.found if each.what is not What.GONE)
    # After one source, the others are still to be told: the state is none that a survey has.
    state = whole if only is None else ""
    begins = dict.fromkeys(new, now)
    if not sightings.record(changed, told.gone, begun=begins, before=before, state=state):
        return None
    return told, frozenset(new)


def _whole(seen: Survey, failing: Iterable[str]) -> str:
    """One hash of all that a comparison depends on: entries, names of sources, and what cannot be read."""
    told = [seen.state, *(each.name for each in seen.sources), "", *sorted(failing)]
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _with_unchanged(seen: Survey, comparison: Comparison, now: datetime, only: str | None) -> Sequence[Found]:
    known = {each.sighting.key for each in comparison.found}
    others = (each for each in seen.seen() if each.key not in known and only in (None, each.source))
    return (*comparison.found, *as_they_are(others, now))


def _reports(
    seen: Survey, comparison: Comparison, new: Collection[str], only: str | None
) -> Iterable[SourceReport]:
    """A report for each source, also for one that is gone from config.toml with entries that we knew."""
    changes: dict[str, Counter[What]] = {each.name: Counter() for each in seen.sources}
    for each in comparison.found:
        changes.setdefault(each.sighting.source, Counter())[each.what] += 1
    counts = {each.name: each for each in seen.sources}
    for name, counted in changes.items():
        if only not in (None, name):
            continue
        report = SourceReport(
            name=name,
            is_new=name in new,
            changes={what: counted[what] for what in What}
            | {What.UNCHANGED: comparison.unchanged.get(name, 0)},
        )
        if count := counts.get(name):
            report = replace(
                report,
                files=count.files, entries=count.entries, failed=count.failed, passed=count.passed,
            )  # fmt: skip
        yield report


def _entries(seen: Survey, store: Store, keys: Sequence[str], zone: ZoneInfo) -> dict[str, Entry]:
    """The entries in full, those that nothing dates with their first sight."""
    entries = {entry.key: entry for entry in seen.entries(keys)} if keys else {}
    undated = [key for key, entry in entries.items() if is_undated(entry)]
    for key, sighting in (Sightings(store).some(undated) if undated else {}).items():
        stamp = Stamp(at=sighting.first_seen.astimezone(zone), origin=Origin.FIRST_SEEN)
        entries[key] = replace(entries[key], date=stamp)
    return entries
