"""Which of a feed's items become files: wanted ones, no flood at the first visit, never too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from digest.collect.feeds.choosing import Rules
from digest.collect.feeds.items import FeedItem

_AHEAD: Final = timedelta(days=1)  # a later date is a slip, and says nothing of an item's age


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Items not seen before: taken, too old at the first visit, over the most, not wanted by the rules."""

    taken: tuple[FeedItem, ...] = ()
    older: tuple[FeedItem, ...] = ()
    over: tuple[FeedItem, ...] = ()
    unwanted: tuple[FeedItem, ...] = ()

    @property
    def passed(self) -> tuple[FeedItem, ...]:
        """Items that were wanted, and are not taken."""
        return self.older + self.over


def select(
    items: Iterable[FeedItem], rules: Rules, *, most: int, now: datetime, since: datetime | None = None
) -> Selection:
    """Select from items that were never seen, the newest first.

    Args:
        rules: what the feed's items must have, and must not.
        most: how many are taken at once.
        now: items dated more than a day ahead of it count as undated.
        since: at the first visit, how far back it reaches. What is older or has no date is passed over: of
            an undated item nobody knows that it is not years old.
    """
    wanted, unwanted, older = [], [], []
    for item in items:
        if not rules.want(title=item.title, tags=item.tags, summary=item.summary):
            unwanted.append(item)
        elif since is not None and not _is_since(item, since, now):
            older.append(item)
        else:
            wanted.append(item)
    return Selection(
        taken=tuple(wanted[:most]),
        over=tuple(wanted[most:]),
        older=tuple(older),
        unwanted=tuple(unwanted),
    )


def _is_since(item: FeedItem, since: datetime, now: datetime) -> bool:
    return item.date is not None and since <= item.date <= now + _AHEAD
