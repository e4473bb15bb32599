"""One look at the schedule: every slot that is due is claimed, its issue made, and its row settled."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from digest import archive, press
from digest.config import EditionTable, ScheduleTable
from digest.errors import DigestError, NothingNewError
from digest.model import SealedIssue
from digest.press import Site
from digest.press.approving import WaitingError
from digest.press.coming import next_number
from digest.schedule.fetching import fetched
from digest.schedule.outcomes import FAILED, OPEN, STAY_OPEN, WAITING, Outcome, Result
from digest.schedule.slots import Slot, latest_slot, zone_of
from digest.store import SlotRecord, Store
from digest.store.locking import locked

LEASE: Final = timedelta(minutes=10)
"""How long a claim without an outcome is respected where the claimer may be on another machine."""


def run_once(
    site: Site, now: datetime, *, pause: timedelta = timedelta(0), say: Callable[[str], None] | None = None
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
    with locked(site.root / "var" / "schedule.lock", "the schedule cannot be locked") as alone:
        if not alone:
            return Outcome(edition=edition.name, result=Result.BUSY, slot=slot)
        return _claimed(site, edition, slot, now, pause)


def _claimed(site: Site, table: EditionTable, slot: Slot, now: datetime, pause: timedelta) -> Outcome:
    """Take the slot and make its issue, or say who did; we are alone on this machine."""
    edition = table.name
    with site.store() as store:
        earlier = store.slot(edition, slot.key)
        failure = _after(FAILED, earlier)
        if earlier and earlier.outcome is not None and not earlier.outcome.startswith(OPEN):
            settled = Result.SKIPPED if earlier.outcome == Result.SKIPPED else Result.DONE
            return Outcome(edition=edition, result=settled, slot=slot, number=earlier.number)
        if earlier and failure is not None and timedelta(0) <= now - earlier.claimed_at < pause:
            return Outcome(edition=edition, result=Result.FAILED, slot=slot, sentence=failure, told=True)
        number = earlier.number if earlier else _coming(site, edition)
        if not _taken(site, store, edition, slot, earlier, now, number):
            return Outcome(edition=edition, result=Result.BUSY, slot=slot)
        outcome = _made(site, table, slot, now, earlier)
        settled_by = number if outcome.result in STAY_OPEN else outcome.number
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
    return f"{outcome.result}: {outcome.sentence}" if outcome.result in STAY_OPEN else str(outcome.result)


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
    outcome = partial(Outcome, edition=table.name, slot=slot)

    def refused(error: DigestError, result: Result, begun: str) -> Outcome:
        said, told = error.sentence, error.sentence == _after(begun, earlier)
        return outcome(result=result, sentence=said, subject=error.subject, hint=error.hint, told=told)

    needs_approval = table.schedule is not None and table.schedule.needs_approval
    try:
        sealed = (earlier and _sealed_before(site, table.name, earlier)) or press.publish(
            site, edition=table.name, now=now, needs_approval=needs_approval
        )
    except WaitingError as error:
        return refused(error, Result.WAITING, WAITING)
    except NothingNewError as nothing:
        return outcome(result=Result.NOTHING_NEW, sentence=nothing.sentence)
    except DigestError as error:
        return refused(error, Result.FAILED, FAILED)
    except Exception as error:  # a fault of ours must not take the other editions with it
        said = f"{type(error).__name__}: {error}"
        told = said == _after(FAILED, earlier)
        if not told:
            traceback.print_exc()
        return outcome(result=Result.FAILED, sentence=said, told=told)
    return outcome(result=Result.PUBLISHED, number=sealed.issue.number)
