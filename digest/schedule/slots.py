"""Weekly slots: when an edition is due, by the clock on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

from digest.config import Config, ScheduleTable
from digest.config.values import Weekday

WEEKDAYS: Final = get_args(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A nominal time at which an edition is due.

    `key` is its local date and time as on the wall (`2026-01-26T09:00`): the hour that a clock change repeats
    is one slot. `at` is when that is: the first of two in autumn, an hour later in the gap of spring.
    """

    key: str
    at: datetime


def zone_of(schedule: ScheduleTable, config: Config) -> ZoneInfo:
    """The zone of a schedule: its own, else the site's."""
    return ZoneInfo(schedule.timezone) if schedule.timezone else config.zone


def latest_slot(schedule: ScheduleTable, zone: ZoneInfo, now: datetime) -> Slot | None:
    """The newest slot that has come, None where it is further back than the schedule's max_lateness."""
    today = now.astimezone(zone)
    # A slot in the gap of spring comes an hour late, so that today's may not have come although its hour has.
    slots = (_slot(schedule, zone, today, weeks) for weeks in (1, 0, -1))
    latest = next(slot for slot in slots if slot.at <= now)
    late = now - latest.at
    return latest if late <= timedelta(hours=schedule.max_lateness_hours) else None


def next_slot(schedule: ScheduleTable, zone: ZoneInfo, now: datetime) -> Slot:
    """The first slot that is still to come."""
    today = now.astimezone(zone)
    slots = (_slot(schedule, zone, today, weeks) for weeks in (-1, 0, 1, 2))
    return next(slot for slot in slots if slot.at > now)


def _slot(schedule: ScheduleTable, zone: ZoneInfo, today: datetime, weeks: int) -> Slot:
    """The slot of the week around a local day; `at` in UTC, so that differences count real hours."""
    ahead = WEEKDAYS.index(schedule.day) - today.weekday() + 7 * weeks
    nominal = datetime.combine(today.date() + timedelta(days=ahead), schedule.time)
    return Slot(key=f"{nominal:%Y-%m-%dT%H:%M}", at=nominal.replace(tzinfo=zone, fold=0).astimezone(UTC))
