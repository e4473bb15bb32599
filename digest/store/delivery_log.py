"""What became of each delivery, as an operator looks at it, and over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from digest.model.people import DeliveryState
from digest.store.outbox import OutboxIssue
from digest.store.outbox_file import OutboxFile, moment, moment_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery: what it came to, after how many tries, when, and why in the server's words."""

    edition: str
    number: int
    subscriber: int
    state: DeliveryState
    attempts: int
    at: datetime | None
    next_at: datetime | None
    cause: str
    reply: str


class DeliveryLog:
    """The deliveries of an open outbox; its methods raise StoreError for the outbox's faults."""

    def __init__(self, outbox: OutboxFile) -> None:
        self._outbox = outbox

    def rows(self, issue: OutboxIssue, state: DeliveryState, limit: int = -1) -> tuple[DeliveryRow, ...]:
        """The deliveries of an issue in a state, by subscriber."""
        return self._found(
            "WHERE issue = ? AND state = ? ORDER BY subscriber LIMIT ?", (issue.id, state.value, limit)
        )

    def of_subscriber(self, subscriber: int) -> tuple[DeliveryRow, ...]:
        """What one subscriber was sent and is owed: the send log that belongs to a person's data."""
        return self._found("WHERE subscriber = ? ORDER BY edition, number", (subscriber,))

    def timeline(
        self, issue: OutboxIssue, state: DeliveryState, seconds: int
    ) -> tuple[tuple[datetime, int], ...]:
        """How many deliveries came to a state in each stretch of so many seconds; no empty stretches."""
        query = (
            "SELECT CAST(at / ? AS INTEGER) AS stretch, count(*) FROM deliveries"
            " WHERE issue = ? AND state = ? GROUP BY stretch ORDER BY stretch"
        )
        found = self._outbox.read(query, (seconds, issue.id, state.value))
        return tuple((datetime.fromtimestamp(stretch * seconds, UTC), many) for stretch, many in found)

    def span(self, issue: OutboxIssue) -> tuple[datetime, datetime] | None:
        """When the first and the last message of an issue was taken; None where none was."""
        query = "SELECT min(at), max(at) FROM deliveries WHERE issue = ? AND state = 'sent'"
        first, last = self._outbox.read(query, (issue.id,))[0]
        return None if first is None else (moment(first), moment(last))

    def _found(self, where: str, values: tuple[object, ...]) -> tuple[DeliveryRow, ...]:
        query = (
            "SELECT edition, number, subscriber, state, attempts, at, next_at, cause, reply FROM deliveries"  # noqa: S608 # words of ours
            f" JOIN issues ON issues.id = issue {where}"
        )
        return tuple(
            DeliveryRow(
                edition=edition,
                number=number,
                subscriber=subscriber,
                state=DeliveryState(state),
                attempts=attempts,
                at=moment_or_none(at),
                next_at=moment_or_none(next_at),
                cause=cause,
                reply=reply,
            )
            for edition, number, subscriber, state, attempts, at, next_at, cause, reply in self._outbox.read(
                query, values
            )
        )
