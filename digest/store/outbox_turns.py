"""How often senders have used an outbox: a number that only grows, by which an older one is known."""

from __future__ import annotations

from datetime import datetime

from digest.store.outbox import Outbox, OutboxIssue


def turn_of(outbox: Outbox) -> int:
    """The number of the last beginning or end of a sender; 0 of an outbox that none has used."""
    return int(outbox.read("SELECT turn FROM turns")[0][0])


def set_turn(outbox: Outbox, turn: int) -> None:
    """Write the number down; it is on the disk when this returns."""
    with outbox.writing() as database:
        database.execute("UPDATE turns SET turn = ?", (turn,))


def tried(outbox: Outbox, issue: OutboxIssue) -> bool:
    """Whether a server was ever given a message of an issue, whatever it said."""
    query = "SELECT EXISTS (SELECT 1 FROM deliveries WHERE issue = ? AND attempts > 0)"
    return bool(outbox.read(query, (issue.id,))[0][0])


def hold_all(outbox: Outbox, at: datetime) -> int:
    """Take all that is still to be sent for uncertain, of every issue, and return how many these are.

    These issues count as begun: who subscribes from now on is owed none of them.
    """
    with outbox.writing() as database:
        database.execute(
            "UPDATE issues SET begun_at = coalesce(begun_at, ?) WHERE id IN"
            " (SELECT issue FROM deliveries WHERE state IN ('pending', 'inflight', 'deferred'))",
            (at.timestamp(),),
        )
        return database.execute(
            "UPDATE deliveries SET state = 'uncertain', at = ?, cause = 'the outbox was put back'"
            " WHERE state IN ('pending', 'inflight', 'deferred')",
            (at.timestamp(),),
        ).rowcount
