"""The schedule as a process that stays: it looks every minute, and says what is news."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final
from zoneinfo import ZoneInfo

from digest.config import ScheduleTable
from digest.errors import DigestError, UsageError
from digest.press import Site
from digest.schedule.once import run_once
from digest.schedule.outcomes import NEWS, Outcome, told
from digest.schedule.sending import send_due
from digest.schedule.slots import WEEKDAYS, next_slot, zone_of

Say = Callable[[str], None]

TICK: Final = timedelta(seconds=60)
PAUSE: Final = timedelta(minutes=5)
"""How long a running schedule waits before it tries a slot again that failed."""


def run_forever(
    site: Site,
    *,
    say: Say | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    tick: timedelta = TICK,
) -> None:
    """Run the schedule until SIGTERM or SIGINT; an issue that is being made is finished first.

    Looks at once, so that a slot that came while nobody watched is made late (up to max_lateness), then every
    minute. `say` gets a line for what was done and for when the next issue is due.

    Raises:
        UsageError: no edition has a schedule.
    """
    from apscheduler.schedulers.background import BackgroundScheduler

    say = say or _printed
    if not any(edition.schedule for edition in site.config.editions):
        raise UsageError("no edition has a schedule", hint="add [editions.schedule] to config.toml")
    with _told_to_stop() as stop:
        for line in coming(site, clock()):
            say(line)
        watch = _Watch(site, clock, say)
        scheduler = BackgroundScheduler(timezone=UTC)
        scheduler.add_job(
            watch.tick,
            "interval",
            seconds=tick.total_seconds(),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,  # the default of one second would drop a tick with only a log line
            max_instances=1,
        )
        # A job of its own: a send may take hours, and publishing and feeds go on meanwhile.
        scheduler.add_job(
            lambda: watch.send(stop.is_set),
            "interval",
            seconds=tick.total_seconds(),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        scheduler.start()
        stop.wait()
        say("stopping")
        scheduler.shutdown(wait=True)


class _Watch:
    """What each tick does: read config.toml again, look, and say what is news, a lasting fault once."""

    def __init__(self, site: Site, clock: Callable[[], datetime], say: Say) -> None:
        self.site, self.clock, self.say = site, clock, say
        self.fault = ""
        self.said_of_feeds = ""
        self.said_of_sending: list[str] = []

    def _say_of_feeds(self, line: str) -> None:
        if line != self.said_of_feeds:
            self.say(line)
        self.said_of_feeds = line

    def tick(self) -> None:
        now, fault = self.clock(), ""
        try:
            if self.site.config_path:
                self.site = Site.load(self.site.root, self.site.config_path)
            self._tell(run_once(self.site, now, pause=PAUSE, say=self._say_of_feeds), now)
        except DigestError as error:  # the config, the database or the lock: the next minute tries again
            fault = f"{error.sentence} ({error.subject})"
        if fault and fault != self.fault:
            self.say(fault)
        self.fault = fault

    def send(self, stopped: Callable[[], bool]) -> None:
        """Send what is owed; a lasting fault is said once."""
        try:
            send_due(self.site, self.clock(), self._say_of_sending, clock=self.clock, stopped=stopped)
        except DigestError as error:
            self._say_of_sending(f"nothing was sent: {error.sentence} ({error.subject})")

    def _say_of_sending(self, line: str) -> None:
        if line not in self.said_of_sending:
            self.say(line)
        self.said_of_sending = [*self.said_of_sending[-1:], line]

    def _tell(self, outcomes: Iterable[Outcome], now: datetime) -> None:
        news = [outcome for outcome in outcomes if outcome.result in NEWS and not outcome.told]
        for line in (*map(told, news), *(coming(self.site, now) if news else ())):
            self.say(line)


def coming(site: Site, now: datetime) -> tuple[str, ...]:
    """When each edition is due next, with the zone, a line an edition."""
    return tuple(
        _next(edition.name, edition.schedule, zone_of(edition.schedule, site.config), now)
        for edition in site.config.editions
        if edition.schedule
    )


def _next(edition: str, schedule: ScheduleTable, zone: ZoneInfo, now: datetime) -> str:
    slot = next_slot(schedule, zone, now)
    left = int((slot.at - now).total_seconds()) // 60
    days, hours, minutes = left // 1440, left // 60 % 24, left % 60
    until = f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
    at = slot.at.astimezone(zone)
    day = WEEKDAYS[at.weekday()].capitalize()
    return f"{edition}: next issue on {day} {at:%Y-%m-%d %H:%M} {zone.key}, in {until}"


def _printed(line: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S %z}  {line}\n")
    sys.stderr.flush()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second one then does what it did before, and ends us hard."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for each, was in before.items():
            signal.signal(each, was)

    def stopping(_: int, __: FrameType | None) -> None:
        stop.set()
        restore()

    for each in before:
        signal.signal(each, stopping)
    try:
        yield stop
    finally:
        restore()
