"""One round of visits to feeds: what is taken of them, which stories are one, and what is promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.collect.feeds.choosing import RuleError, rules
from digest.collect.feeds.inbox import article, file_name
from digest.collect.feeds.items import FeedItem
from digest.collect.feeds.merging import Merged, merge
from digest.collect.feeds.pace import LONGEST, Pace
from digest.collect.feeds.selecting import Selection, select
from digest.config import SourceTable, locate
from digest.model import Also, Position, Problem, Severity
from digest.press.feed_reports import FeedReport, Result
from digest.press.places import Site
from digest.press.promises import told_again
from digest.press.visiting import Errand, Visit, visit_all
from digest.store.feeds import Fate, Feeds, FeedState, SeenItem, name_of
from digest.text.frames import frame

_RECENT: Final = timedelta(days=14)  # how long a title is remembered for knowing its story again
_LEAST_BACK: Final = 7  # days
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def is_due(state: FeedState, now: datetime, visited_since: datetime | None = None) -> bool:
    """Whether a feed is to be visited now: its time has come, or it was not visited since then.

    Not while its server wants to be left alone, and not when it is gone.
    """
    if waits(state, now) or state.gone_at is not None:
        return False
    missed = visited_since is not None and (state.tried_at is None or state.tried_at < visited_since)
    return missed or state.next_at is None or Pace(next=state.next_at).due(now)


def waits(state: FeedState, now: datetime) -> bool:
    """Whether its server wants to be left alone; a moment too far away was written by a wrong clock."""
    return state.wait_until is not None and now < state.wait_until <= now + LONGEST


class Round:
    """One round of visits: what was known before, what came, and what is promised of it."""

    def __init__(self, site: Site, feeds: Feeds, sources: Mapping[str, SourceTable], now: datetime) -> None:
        self.site, self.feeds, self.sources, self.now = site, feeds, sources, now
        known = feeds.states()
        self.states = {url: known.get(url, FeedState(url=url)) for url in sources}
        self.seen: dict[str, frozenset[str]] = {}
        self.known: dict[tuple[str, str], SeenItem] = {}

    def run(
        self, told: Callable[[str], None], *, forced: bool, visited_since: datetime | None
    ) -> tuple[FeedReport, ...]:
        """Visit, choose, merge, and write down; the reports are in the order of config.toml."""
        broken = self._broken_rules()
        due = [
            state
            for state in self.states.values()
            if state.url not in broken and self._is_due(state, forced, visited_since)
        ]
        self.seen = {state.url: frozenset(self.feeds.seen(state.url)) for state in due}
        errands = [Errand(state=state, known=self.seen[state.url]) for state in due]
        visits = {
            visit.state.url: visit
            for visit in visit_all(errands, self.site.config.feeds, now=self.now, told=told)
        }
        choices = {url: self._selected(visit) for url, visit in visits.items()}
        merged = self._merged(choices)
        self._record(visits, choices, merged)
        return tuple(self._report(url, visits, choices, merged, broken) for url in self.sources)

    def _is_due(self, state: FeedState, forced: bool, visited_since: datetime | None) -> bool:
        if forced:
            return not waits(state, self.now)
        return is_due(state, self.now, visited_since)

    def _broken_rules(self) -> dict[str, Problem]:
        """Feeds whose rules cannot be read: they are not visited, so that nothing wrong is remembered."""
        found = {}
        for index, source in enumerate(self.site.config.sources):
            if source.url in self.sources:
                for key in ("include", "exclude"):
                    try:
                        rules(getattr(source, key), ())
                    except RuleError as error:
                        found[source.url] = _rule_problem(self.site, index, key, error)
        return found

    def _selected(self, visit: Visit) -> Selection:
        """What is taken of the items that were never seen."""
        if visit.feed is None:
            return Selection()
        url = visit.state.url
        source = self.sources[url]
        new = [item for item in visit.feed.items if name_of(item.guid) not in self.seen[url]]
        chosen = rules(source.include, source.exclude)
        since = None
        if self.states[url].first_at is None:
            since = _NEVER if source.only_new else self.now - reach(self.site)
        # The feed's address is the one that config.toml has, wherever redirects led.
        items = [replace(item, feed=url, source=source.title or item.source) for item in new]
        return select(items, chosen, most=source.max_items, now=self.now, since=since)

    def _merged(self, choices: Mapping[str, Selection]) -> Merged:
        """The stories of this round, and those that were known: by address for ever, by title for days."""
        taken = [item for selection in choices.values() for item in selection.taken]
        if not taken:
            return Merged(items=())
        pages = {name_of(item.canonical): item.canonical for item in taken if item.canonical}
        known = self.feeds.stories(pages.keys(), self.now - _RECENT)
        self.known = {(each.feed, each.item): each for each in known}
        names = {url: self._title(url) for url in self.sources}
        return merge(
            taken,
            [
                FeedItem(
                    guid=each.item,
                    url=each.url,
                    title=each.title,
                    canonical=pages.get(each.story, ""),
                    date=each.date,
                    feed=each.feed,
                    source=names.get(each.feed, ""),
                )
                for each in known
            ],
        )

    def _record(self, visits: Mapping[str, Visit], choices: Mapping[str, Selection], merged: Merged) -> None:
        """Write everything down at once: from here on it has happened, whatever happens to us."""
        kept = {(item.feed, item.guid): item for item in merged.items}
        items = []
        for selection in choices.values():
            items += [self._taken(item, kept) for item in selection.taken]
            items += [self._seen(item, Fate.PASSED) for item in selection.passed]
            items += [self._seen(item, Fate.UNWANTED) for item in selection.unwanted]
        joined: dict[tuple[str, str], list[Also]] = {}
        for old, also in merged.joined:
            joined.setdefault((old.feed, old.guid), []).append(also)
        promises = [
            (self.known[key], text)
            for key, also in joined.items()
            if (text := told_again(self.site, self.known[key], also)) is not None
        ]
        self.feeds.record([visit.state for visit in visits.values()], items, promises)

    def _taken(self, item: FeedItem, kept: Mapping[tuple[str, str], FeedItem]) -> SeenItem:
        story = kept.get((item.feed, item.guid))
        if story is None:
            return self._seen(item, Fate.MERGED)
        source, zone = self.sources[item.feed], self.site.config.zone
        text = article(
            story, now=self.now, zone=zone, tags=source.tags, language=source.language, source=source.title
        )
        name = file_name(story, now=self.now, zone=zone)
        path = f"{self.site.config.feeds.inbox}/{name}"
        return replace(self._seen(item, Fate.TAKEN), path=path, promised=text)

    def _seen(self, item: FeedItem, fate: Fate) -> SeenItem:
        return SeenItem(
            feed=item.feed,
            item=name_of(item.guid),
            story=name_of(item.canonical),
            url=item.url,
            title=item.title,
            date=item.date,
            fate=fate,
            seen_at=self.now,
        )

    def _title(self, url: str) -> str:
        return self.sources[url].title or self.states[url].title

    def _report(
        self,
        url: str,
        visits: Mapping[str, Visit],
        choices: Mapping[str, Selection],
        merged: Merged,
        broken: Mapping[str, Problem],
    ) -> FeedReport:
        before = self.states[url]
        if url in broken:
            return FeedReport(url=url, title=self._title(url), result=Result.FAILED, problems=(broken[url],))
        if url not in visits:
            gone = before.gone_at is not None
            return FeedReport(
                url=url,
                title=self._title(url),
                result=Result.GONE if gone else Result.WAITING,
                next_at=None if gone else before.next_at,
            )
        visit, choice = visits[url], choices[url]
        kept = {(item.feed, item.guid) for item in merged.items}
        return FeedReport(
            url=url,
            title=self.sources[url].title or visit.state.title,
            result=_result(visit),
            is_new=before.first_at is None and visit.feed is not None,
            merged=sum((item.feed, item.guid) not in kept for item in choice.taken),
            passed=len(choice.passed),
            unwanted=len(choice.unwanted),
            problems=visit.problems,
            next_at=None if visit.state.gone_at else visit.state.next_at,
        )


def reach(site: Site) -> timedelta:
    """How far back the first visit of a feed reaches: as the first issue of an edition, a week at least."""
    days = max(edition.since_days for edition in site.config.editions)
    return timedelta(days=max(days, _LEAST_BACK))


def _result(visit: Visit) -> Result:
    if visit.state.gone_at is not None:
        return Result.GONE
    if visit.asked_to_wait:
        return Result.WAITING
    if any(each.severity is Severity.ERROR for each in visit.problems):
        return Result.FAILED
    return Result.FETCHED if visit.feed else Result.UNCHANGED


def _rule_problem(site: Site, index: int, key: str, error: RuleError) -> Problem:
    """A rule's problem at its line of config.toml."""
    position = Position(path="config.toml")
    lines: tuple[tuple[int, str], ...] = ()
    if site.config_path is not None:
        text = site.config_path.read_text(encoding="utf-8-sig")
        line, column = locate(text, ("sources", index, key))
        position = Position(path=site.config_path.name, line=line, column=column)
        lines = frame(text, line)
    return Problem(
        severity=Severity.ERROR,
        rule="feed-rule",
        sentence=f"{key}: {error}",
        position=position,
        hint="until it is mended the feed is not fetched",
        frame=lines,
    )
