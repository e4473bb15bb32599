"""The verb `send`: hand a sealed issue's deliveries to the server, and remember what became of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice

from digest.deliver.outbox import Queue, Write
from digest.deliver.pacing import Pace
from digest.deliver.recording import OPEN, Policy, Snapshot
from digest.deliver.replies import Cause
from digest.deliver.sending import Sender
from digest.errors import DeliveryError, DigestError, GateError, NothingNewError, UnsealedError
from digest.model import SealedIssue
from digest.model.people import DeliveryState
from digest.press.bouncing import Judge
from digest.press.coming import next_number, word
from digest.press.fan_out import fan_out, keep_promises, outbox_of
from digest.press.letters import writer
from digest.press.notices import is_withdrawn
from digest.press.places import Site
from digest.press.publishing import alone, sealed_issue
from digest.press.putting_back import check_age, count_turn
from digest.press.ways import Way, check_complaints, check_sender, way_of
from digest.store import Store
from digest.store.audience import Addressee, Audience
from digest.store.delivery_log import DeliveryLog
from digest.store.outbox import Outbox, OutboxIssue
from digest.store.outbox_file import Ballast, sole_sender

_CHUNK = 500

Say = Callable[[Snapshot], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An issue that is about to be sent: how many deliveries are in which state, and how they leave.

    `owed` is how many are still to be sent. `fresh` says that nothing of it has left yet; `paused` why an
    editor must resume it, empty where nobody need.
    """

    sealed: SealedIssue
    counts: dict[DeliveryState, int]
    fresh: bool
    paused: str
    way: Way

    @property
    def name(self) -> str:
        """Edition and number."""
        return self.sealed.issue.id

    @property
    def owed(self) -> int:
        """How many are still to be sent."""
        return sum(self.counts.get(each, 0) for each in OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a run came to; `fault` ended it before its time, `suppressed` are addresses that are no more."""

    issue: str
    snapshot: Snapshot
    counts: dict[DeliveryState, int]
    suppressed: int = 0
    next_at: datetime | None = None
    fault: DigestError | None = None


def prepare(site: Site, *, edition: str | None = None, number: int | None = None) -> Prepared:
    """Look at what would be sent; writes nothing but what a crash left undone.

    The issue is the one that is named, else the newest that has something left to send, else the newest.

    Raises:
        DigestError: no issue is sealed, or no server is named.
        NothingNewError: no issue is named, and the newest was published elsewhere: its readers may have it.
        SealError: it is not as it was sealed.
        GateError: the sender cannot send so, too many called the last issue spam, or the outbox is older than
            the last sending.
    """
    with alone(site):
        keep_promises(site)
    name = site.edition(edition).name
    with Outbox.open(outbox_of(site)) as outbox, site.store() as store, Audience(store, name) as audience:
        try:
            sealed = sealed_issue(site, name, number or _unfinished(outbox, name))
        except UnsealedError as error:
            raise _unpublished(site, name, number) or error from None
        _refuse_withdrawn(site, sealed)
        if number is None and outbox.issue(name, sealed.issue.number) is None:
            raise NothingNewError(
                f"nothing is owed: {sealed.issue.id} was not published here",
                subject=sealed.issue.id,
                hint=f"to send it all the same, name it: digest send {sealed.issue.id}",
            )
        check_age(site, outbox)
        way = way_of(site)
        check_sender(site, name, way)
        issue = outbox.issue(name, sealed.issue.number)
        fresh = issue is None or issue.begun_at is None
        if fresh:
            check_complaints(site, store, outbox, sealed)
        return Prepared(
            sealed=sealed,
            counts=_awaited(audience) if fresh or issue is None else outbox.counts(issue),
            fresh=fresh,
            paused=issue.paused if issue else "",
            way=way,
        )


def _refuse_withdrawn(site: Site, sealed: SealedIssue) -> None:
    if is_withdrawn(site, sealed.issue.edition, sealed.issue.number):
        raise GateError(
            f"{sealed.issue.id} is withdrawn, and nothing of it is sent any more",
            subject=sealed.issue.id,
            hint="the next issue has what was free of it: `digest status`",
        )


def _unpublished(site: Site, edition: str, number: int | None) -> DigestError | None:
    """Of the issue that an edition makes next: what lets it come; None of any other."""
    if number is None or number != next_number(site, edition):
        return None
    name = f"{edition}/{number}"
    schedule = site.edition(edition).schedule
    if schedule and schedule.needs_approval and word(site, edition, number).approval is None:
        return GateError(
            f"{name} is not published yet: it waits for approval",
            subject=name,
            hint=f"`digest approve {name}` lets its slot publish it; `digest publish` does it now",
        )
    return UnsealedError(
        f"{name} is not published yet", subject=name, hint="`digest publish` seals it, then send it"
    )


def _unfinished(outbox: Outbox, edition: str) -> int | None:
    numbers = [each.number for each in outbox.issues(unfinished=True) if each.edition == edition]
    return max(numbers, default=None)


def _awaited(audience: Audience) -> dict[DeliveryState, int]:
    return {DeliveryState.PENDING: sum(1 for _ in audience.numbers())}


def rehearse(site: Site, prepared: Prepared, now: datetime) -> tuple[dict[str, int], int]:
    """Write each message that is owed, and send none: how many by what becomes of them, and their bytes."""
    told, size = {"sent": 0}, 0
    edition = prepared.sealed.issue.edition
    with Outbox.open(outbox_of(site)) as outbox, site.store() as store, Audience(store, edition) as audience:
        issue = None if prepared.fresh else outbox.issue(edition, prepared.sealed.issue.number)
        numbers = _owed(outbox, issue) if issue else audience.numbers()
        write = writer(site, prepared.sealed, now)
        while some := list(islice(numbers, _CHUNK)):
            people = audience.read(some)
            told[Cause.NOT_SUBSCRIBED] = told.get(Cause.NOT_SUBSCRIBED, 0) + len(some) - len(people)
            for person in people.values():
                what, length = _rehearsed(write, person)
                told[what] = told.get(what, 0) + 1
                size += length
    return {what: many for what, many in told.items() if many or what == "sent"}, size


def _rehearsed(write: Write, person: Addressee) -> tuple[str, int]:
    try:
        written = write(person)
    except DeliveryError:
        return Cause.UNFIT, 0
    return ("sent", len(written.data)) if written else (Cause.NO_TOPIC, 0)


def _owed(outbox: Outbox, issue: OutboxIssue) -> Iterator[int]:
    """The numbers of everybody to whom an issue that was begun is still to be sent."""
    log = DeliveryLog(outbox)
    return chain.from_iterable((row.subscriber for row in log.rows(issue, state)) for state in OPEN)


def send(
    site: Site,
    prepared: Prepared,
    *,
    now: datetime,
    limit: int | None = None,
    resume: bool = False,
    retry_uncertain: bool = False,
    patience: float | None = None,
    say: Say = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Sent:
    """Send what is owed of an issue, until nothing is due soon, or until it is stopped or paused.

    Args:
        limit: the most messages of this run.
        resume: go on with an issue that was paused.
        retry_uncertain: send again what may or may not have arrived.
        patience: seconds to wait for what is due later; as the config says when None.

    Raises:
        NothingNewError: nothing is left to send.
        GateError: the issue is paused.
        BusyError: somebody else is sending.
        StoreError, DeliveryError: before anything left; later ones are `Sent.fault`.
    """
    path, edition, number = outbox_of(site), prepared.sealed.issue.edition, prepared.sealed.issue.number
    with sole_sender(path), Outbox.open(path) as outbox:
        outbox.check()
        _refuse_withdrawn(site, prepared.sealed)
        check_age(site, outbox)
        if prepared.fresh:
            fan_out(site, edition, number, now)
        issue = _found(outbox, edition, number)
        if issue.paused and not resume:
            raise GateError(
                f"{issue.name} is paused: {issue.paused}",
                subject=issue.name,
                hint=f"when that is mended: digest send {issue.name} --resume",
            )
        if issue.paused:
            outbox.resume(issue.id)
        if retry_uncertain:
            outbox.settle_uncertain(issue, DeliveryState.PENDING, now)
        _refuse_nothing(outbox, issue)
        Ballast(path).lay()
        hold = site.config.delivery.on_uncertain == "hold"
        count_turn(site, outbox, datetime.now(UTC))
        outbox.begin(issue, now, hold=hold)
        issue = _found(outbox, edition, number)
        with site.store() as store, Audience(store, edition) as audience:
            policy = _policy(site, patience)
            snapshot, fault = _run(site, prepared, outbox, issue, audience, policy, limit, say, stopped)
            return _closed(site, store, outbox, issue, snapshot, fault)


def _found(outbox: Outbox, edition: str, number: int) -> OutboxIssue:
    issue = outbox.issue(edition, number)
    if issue is None:
        raise DigestError(
            f"nothing of {edition}/{number} is owed here", subject=str(outbox.path), hint="publish it first"
        )
    return issue


def _refuse_nothing(outbox: Outbox, issue: OutboxIssue) -> None:
    counts = outbox.counts(issue)
    if any(counts.get(each) for each in OPEN):
        return
    uncertain = counts.get(DeliveryState.UNCERTAIN, 0)
    hint = (
        f"{uncertain} {'is' if uncertain == 1 else 'are'} uncertain: see `digest outbox {issue.name}`"
        if uncertain
        else ""
    )
    outbox.end(issue.id, time.time())
    if not counts:
        raise NothingNewError(
            f"{issue.edition} has no active subscriber",
            subject=issue.name,
            hint="`digest subscribers import`",
        )
    raise NothingNewError(f"nothing of {issue.name} is left to send", subject=issue.name, hint=hint)


def _policy(site: Site, patience: float | None) -> Policy:
    table = site.config.delivery
    return Policy(
        connections=table.connections if table.transport == "smtp" else 1,
        hold=table.on_uncertain == "hold",
        first_backoff=table.retry_minutes * 60,
        patience=table.wait_minutes * 60 if patience is None else patience,
        pause_percent=table.pause_bounce_percent,
        pause_first=table.pause_bounce_first,
    )


def _run(
    site: Site,
    prepared: Prepared,
    outbox: Outbox,
    issue: OutboxIssue,
    audience: Audience,
    policy: Policy,
    limit: int | None,
    say: Say,
    stopped: Callable[[], bool],
) -> tuple[Snapshot, DigestError | None]:
    table = site.config.delivery
    queue = Queue(
        outbox,
        issue.id,
        audience,
        writer(site, prepared.sealed, issue.begun_at or datetime.now(UTC)),
        Pace(table.rate, table.domain_rate, time.monotonic),
        clock=time.monotonic,
        wall=time.time,
        limit=limit,
    )
    sender = Sender(outbox, issue, queue, audience, prepared.way.opener, policy, stopped=stopped, say=say)
    try:
        return asyncio.run(sender.run()), None
    except DigestError as error:
        return sender.snapshot(), error


def _closed(
    site: Site,
    store: Store,
    outbox: Outbox,
    issue: OutboxIssue,
    snapshot: Snapshot,
    fault: DigestError | None,
) -> Sent:
    """Write down what a run leaves: a pause, an end, and addresses that are no more."""
    if snapshot.paused:
        outbox.pause(issue.id, snapshot.paused)
    outbox.end(issue.id, time.time())
    count_turn(site, outbox, datetime.now(UTC))
    deferred = outbox.deferred(issue.id)
    return Sent(
        issue=issue.name,
        snapshot=snapshot,
        counts=outbox.counts(issue),
        suppressed=_judged(site, store, outbox, issue),
        next_at=datetime.fromtimestamp(deferred[0][2], UTC) if deferred else None,
        fault=fault,
    )


def _judged(site: Site, store: Store, outbox: Outbox, issue: OutboxIssue) -> int:
    """Tell of each failure; a second time says nothing new, so that whoever died before makes it good now."""
    judge, now = Judge.of(site, store), datetime.now(UTC)
    told = 0
    for row in DeliveryLog(outbox).rows(issue, DeliveryState.FAILED):
        code, _, said = row.reply.partition(" ")
        if code.isdigit():
            told += judge.smtp(row.subscriber, issue.number, int(code), said, row.at or now)
    return told
