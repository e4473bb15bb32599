"""The outbox as an operator sees it, and what one decides about the uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digest.errors import DigestError, UsageError
from digest.model.people import DeliveryState
from digest.press.fan_out import outbox_of
from digest.press.places import Site
from digest.store.delivery_log import DeliveryLog, DeliveryRow
from digest.store.outbox import Outbox, OutboxIssue
from digest.store.outbox_file import sole_sender

LISTED = 200
"""Rows of a state that are listed at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An issue in the outbox with its counts; `failed`, `skipped` count by cause."""

    issue: OutboxIssue
    counts: dict[DeliveryState, int]
    failed: dict[str, int]
    skipped: dict[str, int]
    uncertain: tuple[DeliveryRow, ...] = ()
    deferred: tuple[DeliveryRow, ...] = ()
    failures: tuple[DeliveryRow, ...] = ()


def look(site: Site) -> tuple[Owed, ...]:
    """Every issue of the outbox, the newest first."""
    outbox = Outbox.peek(outbox_of(site))
    if outbox is None:
        return ()
    with outbox:
        return tuple(_owed(outbox, issue) for issue in outbox.issues() if issue.fanned_at)


def look_at(site: Site, edition: str, number: int | None) -> Owed:
    """One issue with its uncertain, deferred and failed deliveries; the newest where none is named.

    Raises:
        DigestError: nothing of it was ever owed here; UsageError where it was named.
    """
    with Outbox.open(outbox_of(site)) as outbox:
        issue = issue_of(outbox, edition, number)
        return _owed(outbox, issue, detailed=True)


def decide(site: Site, edition: str, number: int | None, *, again: bool, now: datetime) -> tuple[str, int]:
    """Send what is uncertain again at the next `send`, or take it for sent; the issue, and how many.

    Raises:
        BusyError: somebody is sending.
    """
    path = outbox_of(site)
    with sole_sender(path), Outbox.open(path) as outbox:
        issue = issue_of(outbox, edition, number)
        state = DeliveryState.PENDING if again else DeliveryState.SENT
        return issue.name, outbox.settle_uncertain(issue, state, now)


def issue_of(outbox: Outbox, edition: str, number: int | None) -> OutboxIssue:
    known = [each for each in outbox.issues() if each.edition == edition and number in (None, each.number)]
    if not known:
        name = edition if number is None else f"{edition}/{number}"
        kind = DigestError if number is None else UsageError
        raise kind(
            f"nothing of {name} was ever owed here", subject=name, hint="`digest outbox` lists what was"
        )
    return max(known, key=lambda each: each.number)


def _owed(outbox: Outbox, issue: OutboxIssue, *, detailed: bool = False) -> Owed:
    def rows(state: DeliveryState) -> tuple[DeliveryRow, ...]:
        return DeliveryLog(outbox).rows(issue, state, LISTED) if detailed else ()

    return Owed(
        issue=issue,
        counts=outbox.counts(issue),
        failed=outbox.causes(issue, DeliveryState.FAILED),
        skipped=outbox.causes(issue, DeliveryState.SKIPPED),
        uncertain=rows(DeliveryState.UNCERTAIN),
        deferred=rows(DeliveryState.DEFERRED),
        failures=rows(DeliveryState.FAILED),
    )
