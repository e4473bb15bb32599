"""From entries and a ledger to an issue: what is new, what changed, under which headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from itertools import chain
from zoneinfo import ZoneInfo

from digest.compose.arranging import Arranged, Arrangement, differences
from digest.compose.changes import compare
from digest.compose.choosing import Choice, Chosen, choose
from digest.compose.crosslinks import linked
from digest.compose.deciding import decisions
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
from digest.compose.rules import Rule
from digest.compose.sections import foremost, is_pinned, sections
from digest.compose.tags import Tags
from digest.compose.waiting import Held, Why, hold
from digest.compose.words import worded
from digest.config import Config, EditionTable
from digest.model import Decision, Entry, EntryType, Issue, Item, Ledger, Reason
from digest.text.counts import reading_minutes
from digest.text.markup import plain_text

__all__ = [
    "MORE",
    "NONE",
    "PROFILES",
    "Arranged",
    "Arrangement",
    "Choice",
    "Held",
    "Rule",
    "Why",
    "Wishes",
    "compare",
    "compose",
    "consider",
    "decide",
    "differences",
    "held",
    "hold",
    "read_overrides",
    "remember",
    "understood",
    "unmet",
    "zone_of",
]


def consider(
    edition: EditionTable,
    config: Config,
    entries: Sequence[Entry],
    ledger: Ledger,
    *,
    now: datetime,
    since: datetime | None = None,
    drafts: bool = False,
    wishes: Wishes = NONE,
) -> Choice:
    """What the next issue of an edition takes at `now`, and by which rule each other entry is not in it.

    Arguments are as of `compose`. Raises ValueError where `now` or `since` has no time zone.
    """
    if now.utcoffset() is None or (since is not None and since.utcoffset() is None):
        raise ValueError("now and since must have a time zone")
    local = now.astimezone(zone_of(edition, config))
    ledger, renamed = follow(ledger, entries)
    choice = choose(edition, config, entries, ledger, now=local, since=since, drafts=drafts, renamed=renamed)
    return kept(choice, wishes, entries, ledger.published)


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
    elsewhere: Callable[[Entry], bool] = lambda _: False,
    wishes: Wishes = NONE,
    choice: Choice | None = None,
) -> Issue | None:
    """Compose the next issue of an edition at `now`, or None when nothing is new.

    `ledger` says what was published before; `number` (its next one), `since` (when the first issue begins)
    and `drafts` override. `url` gives an entry's public address, `elsewhere` says whether that is on a page
    that is not ours; `wishes` are the editor's; `choice` is what `consider` said of the same arguments, where
    it was asked before. Same arguments, same issue, in whatever order the entries come.

    Raises:
        ValueError: `now` or `since` has no time zone.
        TemplateError: the subject or preheader template of the edition does not work.
    """
    choice = choice or consider(
        edition, config, entries, ledger, now=now, since=since, drafts=drafts, wishes=wishes
    )
    if not choice.taken:
        return None
    local = now.astimezone(zone_of(edition, config))
    draft = _blank(edition, config, choice, local, number or ledger.next_number)
    if wishes.note is not None:
        draft = replace(draft, note=wishes.note)
    filled = _filled(draft, edition, config, choice, entries, wishes, url)
    tags = Tags.of(config.aliases, config.tags.generic)
    issue = linked(filled, entries, ledger, tags, url, elsewhere)
    return reworded(worded(issue, edition), wishes)


def decide(
    edition: EditionTable,
    config: Config,
    entries: Sequence[Entry],
    ledger: Ledger,
    *,
    now: datetime,
    since: datetime | None = None,
    drafts: bool = False,
    wishes: Wishes = NONE,
    choice: Choice | None = None,
    issue: Issue | None = None,
) -> tuple[Decision, ...]:
    """The verdict on each entry, in key order: where it stands in the issue at `now`, or why it does not.

    Arguments are as of `compose`; `issue` is what came of it, where that is known: a mail that was too large
    shows fewer items than the composer would.
    """
    choice = choice or consider(
        edition, config, entries, ledger, now=now, since=since, drafts=drafts, wishes=wishes
    )
    if issue is None and choice.taken:
        local = now.astimezone(zone_of(edition, config))
        draft = _blank(edition, config, choice, local, ledger.next_number)
        issue = _filled(draft, edition, config, choice, entries, wishes, lambda _: "")
    return decisions(choice, issue, wishes)


def held(
    edition: EditionTable, config: Config, entries: Sequence[Entry], ledger: Ledger, *, now: datetime
) -> tuple[Held, ...]:
    """What would be news of an edition at `now` (aware) but waits or is over, in key order."""
    return consider(edition, config, entries, ledger, now=now).held


def zone_of(edition: EditionTable, config: Config) -> ZoneInfo:
    """The zone that an edition's days are counted in: of its schedule, else of the site."""
    named = edition.schedule.timezone if edition.schedule else None
    return ZoneInfo(named) if named else config.zone


def _items(choice: Choice, url: Callable[[Entry], str]) -> list[Item]:
    return sorted((_item(chosen, url) for chosen in choice.taken), key=foremost)


def _item(chosen: Chosen, url: Callable[[Entry], str]) -> Item:
    return Item(
        entry=chosen.entry,
        reason=chosen.reason,
        url=url(chosen.entry),
        minutes=_minutes(chosen.entry),
        changes=chosen.changes,
        note=chosen.note,
        rule=chosen.rule.value,
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
        sources=choice.sources,
        deferred=choice.deferred,
    )


def _filled(
    issue: Issue,
    edition: EditionTable,
    config: Config,
    choice: Choice,
    entries: Sequence[Entry],
    wishes: Wishes,
    url: Callable[[Entry], str],
) -> Issue:
    """The issue with each item in its one place: lead, section, profiles, from the archive, or overflow."""
    items = _items(choice, url)
    old = [each for each in items if each.rule == Rule.LATE and each.entry.key not in wishes.entries]
    late = {each.entry.key for each in old}
    profiles = sorted((each for each in items if each.entry.type is EntryType.PROFILE), key=_profile_order)
    profiles = wishes.foremost(profiles)
    stories = [
        each for each in items if each.entry.type is not EntryType.PROFILE and each.entry.key not in late
    ]
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
            Tags.of(config.aliases, config.tags.generic),
            issue.language,
            spelled_by=entries,
        ),
        profiles=tuple(profiles[:room]),
        overflow=tuple(chain(stories[shown:], profiles[room:])),
        archive=tuple(old),
        bulk=tuple(_item(each, url) for each in choice.bulk),
    )
    issue = arranged(issue, wishes)
    return replace(issue, quotes=quotes((*issue.items, *issue.profiles), choice.before))


def _profile_order(item: Item) -> tuple[bool, bool, float, str]:
    """Pinned profiles, then updated ones, then new ones, each kind by its newest update."""
    stamp = item.entry.updated or item.entry.date
    return (
        not is_pinned(item),
        item.reason is Reason.NEW,
        -stamp.at.timestamp() if stamp else float("inf"),
        item.entry.key,
    )
