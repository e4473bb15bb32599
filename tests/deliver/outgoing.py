"""A sender over an outbox of its own, for tests: people who may leave, and a process to be killed."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from digest.deliver.office import Deadlines
from digest.deliver.outbox import Queue, Written
from digest.deliver.pacing import Pace
from digest.deliver.recording import Policy, Snapshot
from digest.deliver.sending import Sender
from digest.deliver.settings import Server
from digest.deliver.transports import opener
from digest.model.people import DeliveryState
from digest.store.delivery_log import DeliveryLog
from digest.store.outbox import Outbox, OutboxIssue

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)
FAST = Policy(connections=4, first_backoff=0.1, patience=5.0, grace=2.0)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A subscriber."""

    id: int
    address: str


@dataclass
class Crowd:
    """A people's database in memory."""

    gone: set[int] = field(default_factory=set)
    changes: int = 0
    domain: Callable[[int], str] = lambda number: f"d{number % 7}.example"

    def leave(self, number: int) -> None:
        """Somebody leaves, as by one click."""
        self.gone.add(number)
        self.changes += 1

    def read(self, numbers: Sequence[int]) -> Mapping[int, Somebody]:
        """Those who are there."""
        return {
            number: Somebody(number, f"reader{number}@{self.domain(number)}")
            for number in numbers
            if number not in self.gone
        }

    def still(self, numbers: Collection[int]) -> Collection[int]:
        """Those who are still there."""
        return {number for number in numbers if number not in self.gone}

    def round(self) -> int:
        """Another number after somebody left."""
        return self.changes


def write(person: Somebody, size: int = 2_000) -> Written:
    """A message for somebody, always under the same Message-ID."""
    head = f"To: {person.address}\r\nMessage-ID: <weekly-1-{person.id}@example.org>\r\n\r\n"
    return Written(
        sender=f"b+{person.id}@example.org",
        recipient=person.address,
        data=head.encode() + b"\r\n".join([b"x" * 70] * (size // 72)),
    )


def owed(path: Path, numbers: Iterable[int]) -> OutboxIssue:
    """An outbox in which an issue is owed to subscribers with these numbers."""
    with Outbox.open(path) as store:
        store.fan_out("weekly", 1, numbers, NOW)
        issue = store.issue("weekly", 1)
    assert issue is not None
    return issue


def states(path: Path) -> dict[str, int]:
    """How many deliveries are in each state."""
    with Outbox.open(path) as store:
        issue = store.issue("weekly", 1)
        assert issue is not None
        return {state.value: many for state, many in store.counts(issue).items()}


def send(
    path: Path,
    port: int,
    policy: Policy = FAST,
    *,
    crowd: Crowd | None = None,
    deadlines: Deadlines | None = None,
    pace: Pace | None = None,
    limit: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
    say: Callable[[Snapshot], None] = lambda _: None,
    wall: Callable[[], float] = time.time,
    server: Server | None = None,
    write: Callable[[Somebody], Written | None] = write,
) -> Snapshot:
    """Run one sender to its end, as `digest send` does."""
    people = crowd or Crowd()
    with Outbox.open(path) as store:
        issue = store.issue("weekly", 1)
        assert issue is not None
        store.begin(issue, datetime.fromtimestamp(wall(), UTC), hold=policy.hold)
        queue = Queue(
            store,
            issue.id,
            people,
            write,
            pace or Pace(0, 0, time.monotonic),
            clock=time.monotonic,
            wall=wall,
            limit=limit,
        )
        server = server or Server(host="127.0.0.1", port=port, tls="none", verify=False, timeout=5)
        sender = Sender(
            store,
            issue,
            queue,
            people,
            opener(server, deadlines=deadlines),
            policy,
            stopped=stopped,
            say=say,
            wall=wall,
        )
        return asyncio.run(sender.run())


def missing(path: Path, reached: Collection[str], crowd: Crowd | None = None) -> set[str]:
    """Who is owed the issue, was not reached, and is not in a state that says so: what must be empty."""
    people = crowd or Crowd()
    with Outbox.open(path) as store:
        issue = store.issue("weekly", 1)
        assert issue is not None
        told = {
            row.subscriber
            for state in DeliveryState
            if state is not DeliveryState.SENT
            for row in DeliveryLog(store).rows(issue, state)
        }
        sent = [row.subscriber for row in DeliveryLog(store).rows(issue, DeliveryState.SENT)]
    return {somebody.address for number, somebody in people.read(sent).items() if number not in told} - set(
        reached
    )


if __name__ == "__main__":
    place, door, wide, how = sys.argv[1:]
    send(
        Path(place),
        int(door),
        Policy(connections=int(wide), hold=how == "hold", first_backoff=0.2, patience=5),
    )
