"""What comes for the first time but not fresh: a whole source at once, or a file long after its date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from digest.compose.judging import Chosen, Ruled, dated, dated_since, first_date
from digest.compose.rules import Rule
from digest.config import NewsTable
from digest.model import Entry, EntryType, Ledger, Stamp, Verdict, Word


def strange_sources(entries: Iterable[Entry], present: frozenset[str], ledger: Ledger) -> frozenset[str]:
    """The sources, of those `present`, that the last issue did not know; before the first issue that is each.

    Issues that were sealed before sources were noted passed over whatever they did not take: a source is
    known to them if one of its entries is.
    """
    if ledger.last is None:
        return present
    if ledger.sources is not None:
        return present - ledger.sources
    known = ledger.published.keys() | ledger.passed.keys()
    return present - {entry.source for entry in entries if entry.key in known}


def beginning(ledger: Ledger, days: int, now: datetime, since: datetime | None) -> datetime:
    """From when on an entry of a strange source is news: the last days, or since the last issue."""
    start = since or now - timedelta(days=days)
    return start if since or ledger.last is None else min(start, ledger.last)


def first_days(
    taken: Sequence[Chosen],
    strange: Collection[str],
    news: NewsTable,
    *,
    start: datetime,
    now: datetime,
    is_asked: bool,
) -> Mapping[str, Ruled]:
    """What of strange sources is left out, by key: what is dated before `start`, or is beyond the newest few.

    An editor who asked for a beginning (`is_asked`) gets all that is dated since.
    """
    arriving = [each for each in taken if _is_plain(each) and each.entry.source in strange]
    found = {
        each.entry.key: Ruled(rule=Rule.BEFORE_FIRST_DAYS, detail=dated(each.entry))
        for each in arriving
        if not dated_since(each.entry, start, now)
    }
    rest = sorted((each for each in arriving if each.entry.key not in found), key=_newest)
    for each in [] if is_asked else rest[news.first_items :]:
        detail = f"{len(rest)} at once, {dated(each.entry)}"
        found[each.entry.key] = Ruled(rule=Rule.OVER_FIRST_ITEMS, detail=detail)
    return found


def late(
    taken: Sequence[Chosen], strange: Collection[str], news: NewsTable, ledger: Ledger, now: datetime
) -> list[Chosen]:
    """What is new and dated long before the last issue, the newest first.

    Profiles go by no date; what waited for a day or an approval, or was marked or kept by an editor, is not
    late.
    """
    if ledger.last is None:
        return []
    limit = ledger.last - timedelta(days=news.late_days)
    found = [
        each
        for each in taken
        if _is_plain(each)
        and each.entry.source not in strange
        and not _is_exempt(each.entry)
        and each.entry.key not in ledger.deferred
        and _is_before(_released(each.entry), limit, now)
    ]
    return sorted(found, key=_newest)


def waiting(late: Sequence[Chosen], most: int) -> Mapping[str, Ruled]:
    """Those that find no room from the archive in this issue, by key."""
    return {
        each.entry.key: Ruled(
            rule=Rule.ARCHIVE_FULL,
            verdict=Verdict.HELD,
            detail=f"{dated(each.entry)}; {len(late)} are late, {most} have room",
        )
        for each in late[most:]
    }


def _is_plain(each: Chosen) -> bool:
    return each.rule is Rule.NEVER_PUBLISHED


def _is_exempt(entry: Entry) -> bool:
    marked = entry.lead or entry.word is Word.PIN
    return entry.type is EntryType.PROFILE or entry.needs_approval or marked


def _released(entry: Entry) -> Stamp | None:
    """The date of an entry, or the later one until which it had to wait."""
    stamps = [each for each in (first_date(entry), entry.not_before) if each]
    return max(stamps, key=lambda each: each.at, default=None)


def _is_before(stamp: Stamp | None, limit: datetime, now: datetime) -> bool:
    if stamp is None:
        return False
    if stamp.day_only:
        return stamp.at.date() < limit.astimezone(now.tzinfo).date()
    return stamp.at < limit


def _newest(each: Chosen) -> tuple[float, str]:
    stamp = first_date(each.entry)
    return (-stamp.at.timestamp() if stamp else float("inf"), each.entry.key)
