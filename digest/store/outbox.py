"""The outbox: a row for each issue owed to each subscriber, in a database file of its own.

It is apart from the people's database, because a sender that syncs at every commit would keep whoever
unsubscribes waiting: 230 ms in the same file, 0.7 ms beside it. It knows subscribers by their numbers only,
so that erasing one leaves no address here. Plain sqlite3: the sender commits some hundred times a second.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from digest.errors import StoreError
from digest.model.people import DeliveryState
from digest.store.outbox_file import connect, faults_of, prepare

# A crash between the fan-out and a sender's mark cannot double a row: the key is issue and subscriber.
# SQLite takes the numbers as one array: binding them row by row took three times as long.
_FAN_OUT: Final = "INSERT OR IGNORE INTO deliveries (issue, subscriber) SELECT ?, value FROM json_each(?)"
_FAN_OUT_ROWS: Final = 50_000
_RESULT: Final = (
    "UPDATE deliveries SET state = ?, attempts = ?, at = ?, next_at = ?, cause = ?, reply = ?"
    " WHERE issue = ? AND subscriber = ?"
)
# The write-ahead mark: it is on the disk before the body leaves.
_MARK: Final = (
    "UPDATE deliveries SET state = 'inflight', attempts = ?, at = ? WHERE issue = ? AND subscriber = ?"
)
_PENDING: Final = (
    "SELECT subscriber, attempts FROM deliveries"
    " WHERE issue = ? AND subscriber > ? AND state = 'pending' ORDER BY subscriber LIMIT ?"
)
_DEFERRED: Final = (
    "SELECT subscriber, attempts, next_at FROM deliveries WHERE issue = ? AND state = 'deferred'"
    " ORDER BY next_at, subscriber"
)
_COLUMNS: Final = "id, edition, number, promised_at, fanned_at, begun_at, ended_at, paused, watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxIssue:
    """An issue in the outbox; `paused` says why it waits for an editor, empty where it does not."""

    id: int
    edition: str
    number: int
    promised_at: datetime
    fanned_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    paused: str
    watched: bool

    @property
    def name(self) -> str:
        """Edition and number: `weekly/14`."""
        return f"{self.edition}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a delivery; times are POSIX seconds."""

    subscriber: int
    state: DeliveryState
    attempts: int
    at: float
    next_at: float = 0.0
    cause: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery as an operator looks at it."""

    edition: str
    number: int
    subscriber: int
    state: DeliveryState
    attempts: int
    at: datetime | None
    next_at: datetime | None
    cause: str
    reply: str


class Outbox:
    """An open outbox, to be closed or used in a `with`; its methods raise StoreError for its faults."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for reading and writing; made where there is none."""
        with faults_of(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            database = connect(path)
            try:
                prepare(database, path)
            except BaseException:
                database.close()
                raise
        return cls(database, path)

    @classmethod
    def peek(cls, path: Path) -> Self | None:
        """Open to look, None where there is no outbox yet."""
        return cls.open(path) if path.exists() else None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> None:
        """Read the whole file. Raises StoreError where it is damaged: who sends from that sends twice."""
        with faults_of(self.path):
            found = self._database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(
                f"the outbox is damaged: {found}",
                subject=str(self.path),
                hint="nothing was sent; restore the newest backup of var/",
            )

    # Promising and fanning out.

    def promise(self, edition: str, number: int, at: datetime) -> None:
        """Say that an issue is about to be published here: its deliveries are owed from its seal on."""
        with self._writing() as database:
            database.execute(
                "INSERT OR IGNORE INTO issues (edition, number, promised_at) VALUES (?, ?, ?)",
                (edition, number, at.timestamp()),
            )

    def owed(self) -> tuple[OutboxIssue, ...]:
        """The issues whose deliveries have no rows yet."""
        return self._issues("WHERE fanned_at IS NULL")

    def withdraw(self, edition: str, number: int) -> None:
        """Forget a promise whose issue was never sealed."""
        with self._writing() as database:
            database.execute(
                "DELETE FROM issues WHERE edition = ? AND number = ? AND fanned_at IS NULL", (edition, number)
            )

    def fan_out(self, edition: str, number: int, subscribers: Iterable[int], at: datetime) -> int:
        """Give each subscriber a row of the issue, and return how many are new; again adds none twice."""
        with self._writing() as database:
            database.execute(
                "INSERT OR IGNORE INTO issues (edition, number, promised_at) VALUES (?, ?, ?)",
                (edition, number, at.timestamp()),
            )
            key = database.execute(
                "SELECT id FROM issues WHERE edition = ? AND number = ?", (edition, number)
            ).fetchone()[0]
            before = database.total_changes
            for some in _batches(subscribers, _FAN_OUT_ROWS):
                database.execute(_FAN_OUT, (key, json.dumps(some)))
            added = database.total_changes - before
            database.execute(
                "UPDATE issues SET fanned_at = coalesce(fanned_at, ?),"
                " ended_at = CASE WHEN ? THEN NULL ELSE ended_at END WHERE id = ?",
                (at.timestamp(), added, key),
            )
        return added

    # Looking.

    def issue(self, edition: str, number: int) -> OutboxIssue | None:
        """An issue by its name; None where nothing of it was ever owed here."""
        found = self._issues("WHERE edition = ? AND number = ?", (edition, number))
        return found[0] if found else None

    def issues(self, *, unfinished: bool = False) -> tuple[OutboxIssue, ...]:
        """Every issue, the newest first; or those that have something left to do."""
        return self._issues("WHERE ended_at IS NULL AND fanned_at IS NOT NULL" if unfinished else "")

    def counts(self, issue: OutboxIssue) -> dict[DeliveryState, int]:
        """How many deliveries of an issue are in each state; absent where there is none."""
        query = "SELECT state, count(*) FROM deliveries WHERE issue = ? GROUP BY state"
        return {DeliveryState(state): many for state, many in self._rows(query, (issue.id,))}

    def causes(self, issue: OutboxIssue, state: DeliveryState) -> dict[str, int]:
        """How many deliveries in a state have each cause, the commonest first."""
        query = (
            "SELECT cause, count(*) AS many FROM deliveries WHERE issue = ? AND state = ?"
            " GROUP BY cause ORDER BY many DESC, cause"
        )
        return {str(cause): int(many) for cause, many in self._rows(query, (issue.id, state.value))}

    def rows(self, issue: OutboxIssue, state: DeliveryState, limit: int = -1) -> tuple[DeliveryRow, ...]:
        """The deliveries of an issue in a state, by subscriber."""
        query = (
            "SELECT subscriber, attempts, at, next_at, cause, reply FROM deliveries"
            " WHERE issue = ? AND state = ? ORDER BY subscriber LIMIT ?"
        )
        return tuple(
            DeliveryRow(
                edition=issue.edition,
                number=issue.number,
                subscriber=subscriber,
                state=state,
                attempts=attempts,
                at=_time(at),
                next_at=_time(next_at),
                cause=cause,
                reply=reply,
            )
            for subscriber, attempts, at, next_at, cause, reply in self._rows(
                query, (issue.id, state.value, limit)
            )
        )

    def of_subscriber(self, subscriber: int) -> tuple[DeliveryRow, ...]:
        """What one subscriber was sent and is owed: the send log that belongs to a person's data."""
        query = (
            "SELECT edition, number, state, attempts, at, next_at, cause, reply FROM deliveries"
            " JOIN issues ON issues.id = issue WHERE subscriber = ? ORDER BY edition, number"
        )
        return tuple(
            DeliveryRow(
                edition=edition,
                number=number,
                subscriber=subscriber,
                state=DeliveryState(state),
                attempts=attempts,
                at=_time(at),
                next_at=_time(next_at),
                cause=cause,
                reply=reply,
            )
            for edition, number, state, attempts, at, next_at, cause, reply in self._rows(
                query, (subscriber,)
            )
        )

    def timeline(
        self, issue: OutboxIssue, state: DeliveryState, seconds: int
    ) -> tuple[tuple[datetime, int], ...]:
        """How many deliveries came to a state in each stretch of so many seconds; no empty stretches."""
        query = (
            "SELECT CAST(at / ? AS INTEGER) AS stretch, count(*) FROM deliveries"
            " WHERE issue = ? AND state = ? GROUP BY stretch ORDER BY stretch"
        )
        found = self._rows(query, (seconds, issue.id, state.value))
        return tuple((datetime.fromtimestamp(stretch * seconds, UTC), many) for stretch, many in found)

    def span(self, issue: OutboxIssue) -> tuple[datetime, datetime] | None:
        """When the first and the last message of an issue was taken; None where none was."""
        query = "SELECT min(at), max(at) FROM deliveries WHERE issue = ? AND state = 'sent'"
        first, last = self._rows(query, (issue.id,))[0]
        return None if first is None else (_sure(first), _sure(last))

    # Sending: what one sender does, who holds the lock.

    def begin(self, issue: OutboxIssue, at: datetime, *, hold: bool) -> int:
        """Settle what a sender that died left in flight, and return how many these were.

        Args:
            hold: whether they become uncertain and wait for an operator; else they are sent again.
        """
        state = DeliveryState.UNCERTAIN if hold else DeliveryState.PENDING
        with self._writing() as database:
            database.execute(
                "UPDATE issues SET begun_at = coalesce(begun_at, ?) WHERE id = ?", (at.timestamp(), issue.id)
            )
            return database.execute(
                "UPDATE deliveries SET state = ?, at = ?, cause = 'the sender died'"
                " WHERE issue = ? AND state = 'inflight'",
                (state.value, at.timestamp(), issue.id),
            ).rowcount

    def pending(self, issue: int, after: int, limit: int) -> list[tuple[int, int]]:
        """The next deliveries that have not begun, after a subscriber: subscriber and attempts so far."""
        return self._rows(_PENDING, (issue, after, limit))

    def deferred(self, issue: int) -> list[tuple[int, int, float]]:
        """The deliveries that wait, by when they are due: subscriber, attempts, POSIX seconds."""
        return self._rows(_DEFERRED, (issue,))

    def commit(
        self, issue: int, results: Sequence[Result], marks: Sequence[tuple[int, int]], at: float
    ) -> None:
        """Write results and the next marks (subscriber and its attempt) in one transaction, synced.

        Raises:
            StoreError: nothing of it was written; whoever sends must not let a body leave.
        """
        done = [
            (
                each.state.value,
                each.attempts,
                each.at,
                each.next_at,
                each.cause,
                each.reply,
                issue,
                each.subscriber,
            )
            for each in results
        ]
        begun = [(attempt, at, issue, subscriber) for subscriber, attempt in marks]
        with self._writing() as database:
            if done:
                database.executemany(_RESULT, done)
            if begun:
                database.executemany(_MARK, begun)

    def pause(self, issue: int, reason: str) -> None:
        """Let nobody send an issue until an editor resumes it."""
        with self._writing() as database:
            database.execute("UPDATE issues SET paused = ? WHERE id = ?", (reason, issue))

    def resume(self, issue: int) -> None:
        """Take a pause away; an editor has looked, so bounces pause this issue no more."""
        with self._writing() as database:
            database.execute("UPDATE issues SET paused = '', watched = 0 WHERE id = ?", (issue,))

    def settle_uncertain(self, issue: OutboxIssue, state: DeliveryState, at: datetime) -> int:
        """Decide about what is uncertain: PENDING sends it again, SENT believes that it arrived."""
        with self._writing() as database:
            if state is DeliveryState.PENDING:
                database.execute("UPDATE issues SET ended_at = NULL WHERE id = ?", (issue.id,))
            return database.execute(
                "UPDATE deliveries SET state = ?, at = ?, cause = 'an operator decided'"
                " WHERE issue = ? AND state = 'uncertain'",
                (state.value, at.timestamp(), issue.id),
            ).rowcount

    def cancel(self, issue: OutboxIssue, at: datetime) -> int:
        """Let nothing more of a withdrawn issue leave, and return how many deliveries are skipped."""
        with self._writing() as database:
            database.execute(
                "UPDATE issues SET fanned_at = coalesce(fanned_at, ?), ended_at = coalesce(ended_at, ?)"
                " WHERE id = ?",
                (at.timestamp(), at.timestamp(), issue.id),
            )
            return database.execute(
                "UPDATE deliveries SET state = 'skipped', at = ?, cause = 'withdrawn'"
                " WHERE issue = ? AND state IN ('pending', 'deferred')",
                (at.timestamp(), issue.id),
            ).rowcount

    def end(self, issue: int, at: float) -> bool:
        """Close an issue in which nothing is left to send; whether that is so."""
        with self._writing() as database:
            return bool(
                database.execute(
                    "UPDATE issues SET ended_at = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM deliveries"
                    " WHERE issue = issues.id AND state IN ('pending', 'inflight', 'deferred'))",
                    (at, issue),
                ).rowcount
            )

    def _issues(self, where: str, values: tuple[object, ...] = ()) -> tuple[OutboxIssue, ...]:
        query = f"SELECT {_COLUMNS} FROM issues {where} ORDER BY promised_at DESC, id DESC"  # noqa: S608 # words of ours
        return tuple(
            OutboxIssue(
                id=key,
                edition=edition,
                number=number,
                promised_at=_sure(promised),
                fanned_at=_time(fanned),
                begun_at=_time(begun),
                ended_at=_time(ended),
                paused=paused,
                watched=bool(watched),
            )
            for key, edition, number, promised, fanned, begun, ended, paused, watched in self._rows(
                query, values
            )
        )

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with faults_of(self.path):
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file from its beginning and is on the disk at its end."""
        with faults_of(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _batches(numbers: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(numbers)
    while some := list(islice(rest, size)):
        yield some


def _sure(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _time(seconds: float | None) -> datetime | None:
    return _sure(seconds) if seconds else None
