"""Sending on schedule: the issue of a slot goes out once it is published, and what is left of it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from digest.config import EditionTable, ScheduleTable
from digest.deliver.recording import Snapshot
from digest.errors import DigestError, NothingNewError
from digest.press import Site
from digest.press.fan_out import outbox_of
from digest.schedule.slots import latest_slot, zone_of
from digest.store.outbox import Outbox, OutboxIssue
from digest.store.outbox_file import BusyError

if TYPE_CHECKING:
    from digest.press.sending import Sent

_REACH: Final = 144  # hours after its slot in which what is left of an issue goes on by itself
_TOLD: Final = timedelta(minutes=5)
"""How often a long send says how far it is."""

Say = Callable[[str], None]


def send_due(
    site: Site,
    now: datetime,
    say: Say,
    *,
    clock: Callable[[], datetime] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Send what is owed of each issue that the schedule published; whether all went well.

    Only editions with `send = true`, and only the issue of their newest slot: what an editor publishes by
    hand waits for `digest send`. So does one that has not begun when its slot is further back than
    max_lateness, as after a restored backup; one that has begun goes on for six days. A pause waits for an
    editor.
    """
    well = True
    for edition in site.config.editions:
        if edition.schedule is None or not edition.schedule.send or stopped():
            continue
        issue = _owed(site, edition, edition.schedule, now)
        if issue is not None:
            well = _sent(site, issue, now, say, clock, stopped) and well
    return well


def _owed(site: Site, edition: EditionTable, schedule: ScheduleTable, now: datetime) -> OutboxIssue | None:
    """The issue of the newest slot, where something of it is left to send and may go by itself."""
    wide = schedule.model_copy(update={"max_lateness_hours": _REACH})
    slot = latest_slot(wide, zone_of(schedule, site.config), now)
    if slot is None:
        return None
    with site.store() as store:
        made = store.slot(edition.name, slot.key)
    outbox = Outbox.peek(outbox_of(site))
    if made is None or made.number is None or outbox is None:
        return None
    with outbox:
        issue = outbox.issue(edition.name, made.number)
        due = issue and [row for row in outbox.deferred(issue.id) if row[2] <= now.timestamp()]
        more = issue and bool(outbox.pending(issue.id, 0, 1) or due or _left_in_flight(outbox, issue))
    if issue is None or issue.ended_at or issue.paused or not more:
        return None
    late = now - slot.at > timedelta(hours=schedule.max_lateness_hours)
    return None if late and issue.begun_at is None else issue


def _left_in_flight(outbox: Outbox, issue: OutboxIssue) -> bool:
    return any(state.value == "inflight" for state in outbox.counts(issue))


def _sent(
    site: Site,
    issue: OutboxIssue,
    now: datetime,
    say: Say,
    clock: Callable[[], datetime] | None,
    stopped: Callable[[], bool],
) -> bool:
    from digest.press import sending as verb  # here: who publishes need not wait for it

    try:
        prepared = verb.prepare(site, edition=issue.edition, number=issue.number)
        say(f"{issue.name}: sending to {prepared.owed} by {prepared.way.name}")
        tell = _Course(issue.name, say, clock or (lambda: datetime.now(now.tzinfo)))
        # What is put off is sent by a later look, so that nothing waits for it here.
        done = verb.send(site, prepared, now=now, patience=0.0, say=tell, stopped=stopped)
    except BusyError:
        return True  # an editor is at it
    except NothingNewError as nothing:
        say(f"{issue.name}: {nothing.sentence}")
        return True
    except DigestError as error:
        say(f"{issue.name}: not sent: {error.sentence}" + (f"; {error.hint}" if error.hint else ""))
        return False
    say(_told(done))
    return done.fault is None and not done.snapshot.paused


def _told(done: Sent) -> str:
    run = done.snapshot
    parts = [f"{done.issue}: {run.sent} sent"]
    parts += [f"{run.failed} failed"] if run.failed else []
    parts += [f"{run.left} left"] if run.left else []
    if run.paused:
        parts.append(f"PAUSED: {run.paused}; when that is mended: digest send {done.issue} --resume")
    if done.fault is not None:
        parts.append(f"stopped: {done.fault.sentence}; it is tried again")
    return ", ".join(parts)


class _Course:
    """Says how far a send is, every five minutes."""

    def __init__(self, name: str, say: Say, clock: Callable[[], datetime]) -> None:
        self._name, self._say, self._clock = name, say, clock
        self._told_at = clock()

    def __call__(self, snapshot: Snapshot) -> None:
        now = self._clock()
        if now - self._told_at >= _TOLD:
            self._told_at = now
            self._say(f"{self._name}: {snapshot.done} of {snapshot.total}, {snapshot.rate:.0f}/s")
