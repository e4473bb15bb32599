"""When the press runs: weekly slots, each made once, whatever clock, crashes and other processes do.

APScheduler is only an alarm clock: it calls run_once every minute. Truth is the slot's row in the database,
unique by edition and slot, so that a second process, a restart or a clock that goes back finds the work done.
"""

from __future__ import annotations

import fcntl
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import FrameType
from typing import Final
from zoneinfo import ZoneInfo

from digest import archive, press
from digest.config import EditionTable, ScheduleTable
from digest.errors import DigestError, NothingNewError, UsageError
from digest.model import SealedIssue
from digest.press import Site
from digest.press.approving import WaitingError, next_number
from digest.schedule.fetching import fetched
from digest.schedule.sending import send_due
from digest.schedule.slots import WEEKDAYS, Slot, latest_slot, next_slot, zone_of
from digest.store import SlotRecord, Store

Say = Callable[[str], None]

TICK: Final = timedelta(seconds=60)
PAUSE: Final = timedelta(minutes=5)
"""How long a running schedule waits before it tries a slot again that failed."""

LEASE: Final = timedelta(minutes=10)
"""How long a claim without an outcome is respected where the claimer may be on another machine."""


class Result(StrEnum):
    """What became of an edition when the schedule was looked at."""

    NOT_DUE = "not due"
    PUBLISHED = "published"
    NOTHING_NEW = "nothing new"
    WAITING = "waiting"  # for the editor's word: held, not approved, or not what was approved
    SKIPPED = "skipped"  # the editor wants no issue at this slot
    FAILED = "failed"
    DONE = "done before"  # the slot was settled by an earlier run
    BUSY = "busy"  # another process is at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result for one edition; `number` is the issue, `sentence` says what an editor wants to read.

    `told` is true of a failure or a wait whose sentence an earlier look has said already.
    """

    edition: str
    result: Result
    slot: Slot | None = None
    number: int | None = None
    sentence: str = ""
    subject: str = ""
    hint: str = ""
    told: bool = False


def run_once(
    site: Site, now: datetime, *, pause: timedelta = timedelta(0), say: Say | None = None
) -> tuple[Outcome, ...]:
    """Fetch the feeds that are due, and make the issue of every due slot that has none; often, if you like.

    For each edition with a schedule, in the order of config.toml. A slot whose claimer died is taken over:
    its issue is looked for in the archive first, so that one sealed before a crash is not made again. A slot
    that failed is tried again while it is not too late, `pause` after the last time at the earliest, unless
    an editor has published by hand since; one that waits for the editor's word is asked at every look. An
    issue, "nothing new" and an editor who skips it settle a slot. `say` gets a line for what feeds brought,
    and for each fault of theirs; none of these stops an issue.
    """
    now = now.replace(microsecond=0)  # as issues are dated: a claim is compared with them
    for line in fetched(site, now):
        (say or _unsaid)(line)
    return tuple(
        _edition(site, edition, edition.schedule, now, pause)
        for edition in site.config.editions
        if edition.schedule
    )


def _unsaid(_: str) -> None:
    """Say nothing."""


def _edition(
    site: Site, edition: EditionTable, schedule: ScheduleTable, now: datetime, pause: timedelta
) -> Outcome:
    slot = latest_slot(schedule, zone_of(schedule, site.config), now)
    if slot is None:
        return Outcome(edition=edition.name, result=Result.NOT_DUE)
    with _alone(site) as alone:
        if not alone:
            return Outcome(edition=edition.name, result=Result.BUSY, slot=slot)
        return _claimed(site, edition, slot, now, pause)


def _claimed(site: Site, table: EditionTable, slot: Slot, now: datetime, pause: timedelta) -> Outcome:
    """Take the slot and make its issue, or say who did; we are alone on this machine."""
    edition = table.name
    with site.store() as store:
        earlier = store.slot(edition, slot.key)
        failure = _after(_FAILED, earlier)
        if earlier and earlier.outcome is not None and not earlier.outcome.startswith(_OPEN):
            settled = Result.SKIPPED if earlier.outcome == Result.SKIPPED else Result.DONE
            return Outcome(edition=edition, result=settled, slot=slot, number=earlier.number)
        if earlier and failure is not None and timedelta(0) <= now - earlier.claimed_at < pause:
            return Outcome(edition=edition, result=Result.FAILED, slot=slot, sentence=failure, told=True)
        number = earlier.number if earlier else _coming(site, edition)
        if not _taken(site, store, edition, slot, earlier, now, number):
            return Outcome(edition=edition, result=Result.BUSY, slot=slot)
        outcome = _made(site, table, slot, now, earlier)
        settled_by = number if outcome.result in _STAY_OPEN else outcome.number
        store.settle_slot(edition, slot.key, outcome=_written(outcome), number=settled_by)
    return outcome


def _taken(
    site: Site,
    store: Store,
    edition: str,
    slot: Slot,
    earlier: SlotRecord | None,
    now: datetime,
    number: int | None,
) -> bool:
    """Whether the slot is ours now: a new one, one whose claimer died, or one that failed."""
    if earlier and earlier.outcome is not None:
        return store.reopen_slot(earlier, now)
    return store.claim_slot(edition, slot.key, now, lease=_lease(site), number=number)


def _written(outcome: Outcome) -> str:
    """An outcome as it stands in the slot's row."""
    return f"{outcome.result}: {outcome.sentence}" if outcome.result in _STAY_OPEN else str(outcome.result)


def _after(begun: str, earlier: SlotRecord | None) -> str | None:
    """The sentence that an open slot failed with, or waits because of; None where that is not so."""
    if earlier is None or earlier.outcome is None or not earlier.outcome.startswith(begun):
        return None
    return earlier.outcome.removeprefix(begun)


def _lease(site: Site) -> timedelta:
    """How old an open claim must be to be taken over.

    An SQLite file is on this machine, where the lock already says that its claimer is dead.
    """
    return timedelta(0) if site.database.startswith("sqlite") else LEASE


def _sealed_before(site: Site, edition: str, earlier: SlotRecord) -> SealedIssue | None:
    """The issue sealed since the last claim, by who died after it or by an editor's hand, if there is one."""
    press.replay(site)
    issues = archive.sealed(site.archive, edition)
    # By its number: what was approved is dated by its approval, and not by when it was sealed.
    since = [
        each
        for each in issues
        if each.issue.number == earlier.number or each.issue.date >= earlier.claimed_at
    ]
    return since[0] if since else None


def _coming(site: Site, edition: str) -> int | None:
    """The number that a slot is about to make; None where the archive does not tell."""
    try:
        return next_number(site, edition)
    except DigestError:
        return None  # told when the issue is made


def _made(site: Site, table: EditionTable, slot: Slot, now: datetime, earlier: SlotRecord | None) -> Outcome:
    """Publish, unless an earlier look came so far, and say what came of it."""
    edition, failure = table.name, _after(_FAILED, earlier)
    needs_approval = table.schedule is not None and table.schedule.needs_approval
    try:
        sealed = (earlier and _sealed_before(site, edition, earlier)) or press.publish(
            site, edition=edition, now=now, needs_approval=needs_approval
        )
    except WaitingError as error:
        return Outcome(
            edition=edition,
            result=Result.WAITING,
            slot=slot,
            sentence=error.sentence,
            subject=error.subject,
            hint=error.hint,
            told=error.sentence == _after(_WAITING, earlier),
        )
    except NothingNewError as nothing:
        return Outcome(edition=edition, result=Result.NOTHING_NEW, slot=slot, sentence=nothing.sentence)
    except DigestError as error:
        again = error.sentence == failure
        return Outcome(
            edition=edition,
            result=Result.FAILED,
            slot=slot,
            sentence=error.sentence,
            subject=error.subject,
            hint=error.hint,
            told=again,
        )
    except Exception as error:  # a fault of ours must not take the other editions with it
        said = f"{type(error).__name__}: {error}"
        if said != failure:
            traceback.print_exc()
        return Outcome(edition=edition, result=Result.FAILED, slot=slot, sentence=said, told=said == failure)
    return Outcome(edition=edition, result=Result.PUBLISHED, slot=slot, number=sealed.issue.number)


@contextmanager
def _alone(site: Site) -> Iterator[bool]:
    """Whether this process alone runs the schedule; the kernel lets go of the lock when a process dies."""
    path = site.root / "var" / "schedule.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise DigestError(
            f"the schedule cannot be locked: {error.strerror or error}",
            subject=str(path),
            hint="the folder var/ must be writable; check its owner and mode",
        ) from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


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
        news = [outcome for outcome in outcomes if outcome.result in _NEWS and not outcome.told]
        for line in (*map(told, news), *(coming(self.site, now) if news else ())):
            self.say(line)


def told(outcome: Outcome) -> str:
    """An outcome as a line for an editor."""
    about = f" ({outcome.subject})" if outcome.subject else ""
    said = {
        Result.NOT_DUE: "nothing is due",
        Result.PUBLISHED: f"issue {outcome.number} is published",
        Result.NOTHING_NEW: "nothing new, so there is no issue this time",
        Result.WAITING: f"no issue yet: {outcome.sentence}",
        Result.SKIPPED: "skipped by the editor",
        Result.FAILED: f"the issue could not be made: {outcome.sentence}{about}",
        Result.DONE: f"issue {outcome.number} was made before" if outcome.number else "was settled before",
        Result.BUSY: "another process is making it",
    }[outcome.result]
    slot = f" (due {outcome.slot.key.replace('T', ' ')})" if outcome.slot else ""
    hint = f"; {outcome.hint}" if outcome.hint else ""
    again = "; it is tried again until it is too late" if outcome.result in _STAY_OPEN else ""
    return f"{outcome.edition}: {said}{slot}{hint}{again}"


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


_FAILED: Final = f"{Result.FAILED}: "
_WAITING: Final = f"{Result.WAITING}: "
_OPEN: Final = (_FAILED, _WAITING)
_STAY_OPEN: Final = (Result.FAILED, Result.WAITING)
_NEWS: Final = (Result.PUBLISHED, Result.NOTHING_NEW, Result.FAILED, Result.WAITING)


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
