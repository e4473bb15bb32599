"""From entries and a ledger to an issue: what is new, what changed, under which headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from itertools import chain
from zoneinfo import ZoneInfo

from digest.compose.arranging import Arranged, Arrangement, differences
from digest.compose.changes import compare
from digest.compose.choosing import Choice, Chosen, choose
from digest.compose.leading import lead
from digest.compose.memory import remember
from digest.compose.overrides import read_overrides
from digest.compose.overriding import (
    MORE,
    NONE,
    PROFILES,
    Wishes,
    arranged,
    kept,
    reworded,
    understood,
    unmet,
)
from digest.compose.quotes import quotes
from digest.compose.renaming import follow
from digest.compose.sections import newest, sections
from digest.compose.tags import Tags
from digest.compose.waiting import Held, Why, hold
from digest.compose.words import worded
from digest.config import Config, EditionTable
from digest.model import Entry, EntryType, Issue, Item, Ledger, Reason
from digest.text.counts import reading_minutes
from digest.text.markup import plain_text

__all__ = [
    "MORE",
    "NONE",
    "PROFILES",
    "Arranged",
    "Arrangement",
    "Held",
    "Why",
    "Wishes",
    "compare",
    "compose",
    "differences",
    "held",
    "hold",
    "read_overrides",
    "remember",
    "understood",
    "unmet",
    "zone_of",
]


def compose(
    edition: EditionTable,
    config: Config,
    entries: Sequence[Entry],
    ledger: Ledger,
    *,
    now: datetime,
    number: int | None = None,
    since: datetime | None = None,
    drafts: bool = False,
    url: Callable[[Entry], str],
    wishes: Wishes = NONE,
) -> Issue | None:
    """Compose the next issue of an edition at `now`, or None when nothing is new.

    `ledger` says what was published before; `number` (its next one), `since` (when the first issue begins)
    and `drafts` override. `url` gives an entry's public address, `wishes` are the editor's. Same arguments,
    same issue, in whatever order the entries come.

    Raises:
        ValueError: `now` or `since` has no time zone.
        TemplateError: the subject or preheader template of the edition does not work.
    """
    if now.utcoffset() is None or (since is not None and since.utcoffset() is None):
        raise ValueError("now and since must have a time zone")
    local = now.astimezone(zone_of(edition, config))
    ledger, renamed = follow(ledger, entries)
    choice = choose(edition, config, entries, ledger, now=local, since=since, drafts=drafts, renamed=renamed)
    choice = kept(choice, wishes, entries, ledger.published)
    if not choice.taken:
        return None
    draft = _blank(edition, config, choice, local, number or ledger.next_number)
    if wishes.note is not None:
        draft = replace(draft, note=wishes.note)
    items = _items(choice, url)
    filled = _filled(draft, edition, config, items, entries, ledger.snapshots, wishes)
    return reworded(worded(filled, edition), wishes)


def held(
    edition: EditionTable, config: Config, entries: Sequence[Entry], ledger: Ledger, *, now: datetime
) -> tuple[Held, ...]:
    """What would be news of an edition at `now` (aware) but waits or is over, in key order."""
    local = now.astimezone(zone_of(edition, config))
    ledger, _ = follow(ledger, entries)
    return choose(edition, config, entries, ledger, now=local).held


def zone_of(edition: EditionTable, config: Config) -> ZoneInfo:
    """The zone that an edition's days are counted in: of its schedule, else of the site."""
    named = edition.schedule.timezone if edition.schedule else None
    return ZoneInfo(named) if named else config.zone


def _items(choice: Choice, url: Callable[[Entry], str]) -> list[Item]:
    return sorted((_item(chosen, url) for chosen in choice.taken), key=newest)


def _item(chosen: Chosen, url: Callable[[Entry], str]) -> Item:
    return Item(
        entry=chosen.entry,
        reason=chosen.reason,
        url=url(chosen.entry),
        minutes=_minutes(chosen.entry),
        changes=chosen.changes,
        note=chosen.note,
    )


def _minutes(entry: Entry) -> int:
    """Minutes to read what its page shows: the body, and key points that stand in the front matter."""
    return reading_minutes("\n".join((*entry.key_points, plain_text(entry.body))))


def _blank(edition: EditionTable, config: Config, choice: Choice, local: datetime, number: int) -> Issue:
    """The issue without its items. Its date has a fixed offset, as it will have when it is read again."""
    year, week, _ = local.isocalendar()
    offset = timezone(local.utcoffset())  # type: ignore[arg-type]  # aware: compose saw to it
    return Issue(
        edition=edition.name,
        number=number,
        label=f"{year}-W{week:02}",
        title=edition.title,
        tagline=edition.tagline,
        language=config.language(edition),
        languages=config.languages(edition),
        date=local.astimezone(offset),
        subject="",
        preheader="",
        note=edition.note,
        passed=choice.passed,
        renamed=choice.renamed,
        baselines=choice.baselines,
    )


def _filled(
    issue: Issue,
    edition: EditionTable,
    config: Config,
    items: Sequence[Item],
    entries: Sequence[Entry],
    snapshots: Mapping[str, Entry],
    wishes: Wishes,
) -> Issue:
    """The issue with each item in its one place: lead, section, profiles or overflow."""
    profiles = sorted((each for each in items if each.entry.type is EntryType.PROFILE), key=_profile_order)
    profiles = wishes.foremost(profiles)
    stories = [each for each in items if each.entry.type is not EntryType.PROFILE]
    first = wishes.leading(stories) or lead(stories)
    stories = wishes.foremost(each for each in stories if each is not first)
    least = bool(first) + wishes.least(stories)
    stories = [first, *stories] if first else stories
    shown = min(len(stories), edition.max_items - min(len(profiles), edition.max_items // 4))
    shown = max(shown, least)
    room = max(edition.max_items - shown, wishes.least(profiles))
    issue = replace(
        issue,
        lead=first,
        sections=sections(
            stories[bool(first) : shown],
            edition.sections,
            Tags.of(config.aliases),
            issue.language,
            spelled_by=entries,
        ),
        profiles=tuple(profiles[:room]),
        overflow=tuple(chain(stories[shown:], profiles[room:])),
    )
    issue = arranged(issue, wishes)
    return replace(issue, quotes=quotes((*issue.items, *issue.profiles), snapshots))


def _profile_order(item: Item) -> tuple[bool, float, str]:
    """Updated profiles before new ones, each kind by its newest update."""
    stamp = item.entry.updated or item.entry.date
    return (item.reason is Reason.NEW, -stamp.at.timestamp() if stamp else float("inf"), item.entry.key)
