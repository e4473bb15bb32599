"""When what came back is enough to mail an address no more (research/delivery.md §5); pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from digest.config import BouncesTable
from digest.model.people import ReturnKind, SuppressionReason
from digest.store.bounces import Return

_CERTAIN: Final = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"))
"""Statuses by which a server that we spoke to itself says that there is no such address."""


def verdict(history: Iterable[Return], now: datetime, table: BouncesTable) -> SuppressionReason | None:
    """Whether an address is to be suppressed for what came back of it, and why.

    A complaint is enough. So is one reply of a server, in our own dialogue with it, that nobody is there; of
    reports by mail, which anybody could write, it takes several on distinct issues. Other failures score one
    an issue at most, and are forgotten where `soft_days` pass without another. "Permanent" by itself counts
    as such a failure. What was refused for our sake counts nothing.
    """
    given = [each for each in history if each.at <= now + timedelta(days=1)]
    if any(each.kind is ReturnKind.COMPLAINT for each in given):
        return SuppressionReason.COMPLAINT
    hard = [each for each in given if each.kind is ReturnKind.HARD]
    if any(each.way == "smtp" and each.status in _CERTAIN for each in hard):
        return SuppressionReason.BOUNCE
    kept = timedelta(days=table.soft_days)
    if len(set(_recent(hard, now, kept))) >= table.hard_reports:
        return SuppressionReason.BOUNCE
    failed = [each for each in given if each.kind in (ReturnKind.HARD, ReturnKind.SOFT)]
    if len(set(_recent(failed, now, kept))) >= table.soft_threshold:
        return SuppressionReason.BOUNCE
    return None


def _recent(given: Iterable[Return], now: datetime, kept: timedelta) -> Iterator[int]:
    """The issues of what came back, backwards from now for as long as no gap is longer than `kept`."""
    last = now
    for each in sorted(given, key=lambda each: each.at, reverse=True):
        if last - each.at > kept:
            return
        last = each.at
        yield each.issue
