"""What keeps an entry from being news now: its date, an embargo, a missing approval, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model import Entry, Stamp


class Why(StrEnum):
    """Why an entry is in no issue yet, or in none any more."""

    EXPIRED = "expired"
    EMBARGO = "embargo"
    DATE = "date"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An entry that may not be news now: why, and until when; of an expired one since when."""

    entry: Entry
    why: Why
    stamp: Stamp | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has had its time."""
        return self.why is Why.EXPIRED


def hold(entry: Entry, now: datetime, *, known: bool) -> Held | None:
    """What keeps an entry back at `now` (aware, in the edition's zone); None where nothing does.

    An entry with a date in the future waits for it, unless it is `known`: that one is out already, whatever
    it says. A date without a time of day comes, and an entry ends, with the beginning of its local day
    (as in Hugo).
    """
    date = entry.date or entry.updated
    if entry.expires and not _later(entry.expires, now):
        return Held(entry=entry, why=Why.EXPIRED, stamp=entry.expires)
    if entry.not_before and _later(entry.not_before, now):
        return Held(entry=entry, why=Why.EMBARGO, stamp=entry.not_before)
    if date and not known and _later(date, now):
        return Held(entry=entry, why=Why.DATE, stamp=date)
    if entry.needs_approval and not entry.approved_by:
        return Held(entry=entry, why=Why.APPROVAL)
    return None


def _later(stamp: Stamp, now: datetime) -> bool:
    """Whether a date is in the future; one without a time of day comes with its local day."""
    return stamp.at.date() > now.date() if stamp.day_only else stamp.at > now
