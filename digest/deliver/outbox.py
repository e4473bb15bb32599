"""The deliveries of an issue in the order in which they may go: read in chunks, paced, written late."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from digest.deliver.office import Letter
from digest.deliver.pacing import Pace, due
from digest.deliver.pipelining import fits_envelope
from digest.deliver.replies import Cause
from digest.errors import DeliveryError
from digest.model.people import DeliveryState
from digest.store.outbox import Outbox, Result

_CHUNK: Final = 500
_MOST_SKIPPED: Final = 1_000  # deliveries that are passed over before the outbox hears of them
_MOST_PARKED: Final = 50_000  # deliveries in memory that wait for their domains' turn


class Person(Protocol):
    """Whoever a delivery is for."""

    @property
    def id(self) -> int:
        """The number in the people's database."""
        ...

    @property
    def address(self) -> str:
        """Where mail reaches them."""
        ...


class People(Protocol):
    """The people's database, as a sender sees it."""

    def read(self, numbers: Sequence[int]) -> Mapping[int, Person]:
        """Those of these numbers who are to be mailed, as they are now."""
        ...

    def still(self, numbers: Collection[int]) -> Collection[int]:
        """Those of these numbers who are to be mailed now."""
        ...

    def round(self) -> int:
        """A number that is another one whenever somebody may have left since it was asked for last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message for somebody: its envelope, and its bytes as in Letter."""

    sender: str
    recipient: str
    data: bytes
    smtputf8: bool = False


Write = Callable[[Person], Written | None]
"""Writes somebody's message; None where nothing in the issue is for them. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    person: Person
    attempts: int
    round: int

    @property
    def domain(self) -> str:
        return self.person.address.rpartition("@")[2].lower()


class Queue:
    """What of an issue is still to be sent. It is asked for one delivery after another.

    Args:
        clock: monotonic seconds; `wall`: POSIX seconds, which may jump.
        limit: the most deliveries that are given out.
    """

    def __init__(
        self,
        store: Outbox,
        issue: int,
        people: People,
        write: Write,
        pace: Pace,
        *,
        clock: Callable[[], float],
        wall: Callable[[], float],
        limit: int | None = None,
    ) -> None:
        self._store, self._issue, self._people, self._write = store, issue, people, write
        self.pace, self._clock, self._wall = pace, clock, wall
        self._left = limit
        self._after = 0
        self._exhausted = False
        self._ready: deque[_Waiting] = deque()
        self._again: deque[Letter] = deque()
        self._parked: dict[str, deque[_Waiting]] = {}
        self._turns: list[tuple[float, str]] = []  # when each parked domain may go
        self._many_parked = 0
        now, today = clock(), wall()
        self._deferred = [
            (now + due(next_at, today), subscriber, attempts)
            for subscriber, attempts, next_at in store.deferred(issue)
        ]
        heapq.heapify(self._deferred)
        self._skipped: list[Result] = []

    def next(self) -> Letter | None:
        """The next delivery that may go now; None where none may, or the limit is reached."""
        if self._left == 0:
            return None
        if self._again:
            return self._given(self._again.popleft())
        while len(self._skipped) < _MOST_SKIPPED and not self.pace.all_wait():
            waiting = self._take()
            if waiting is None:
                return None
            letter = self._letter(waiting)
            if letter is not None:
                return self._given(letter)
        return None

    def back(self, letter: Letter) -> None:
        """Take a delivery back that did not leave; it goes first."""
        if self._left is not None:
            self._left += 1
        self._again.append(letter)

    def later(self, subscriber: int, attempts: int, seconds: float) -> None:
        """Try a delivery again after so many seconds."""
        heapq.heappush(self._deferred, (self._clock() + seconds, subscriber, attempts))

    def skipped(self) -> list[Result]:
        """What has been passed over since this was asked last, for the outbox."""
        skipped, self._skipped = self._skipped, []
        return skipped

    @property
    def put_off(self) -> int:
        """How many wait to be tried again."""
        return len(self._deferred)

    def wait(self) -> float | None:
        """Seconds until a delivery may go, 0 for now; None where none is left to be given out."""
        if self._left == 0:
            return None
        if self._again:
            return 0.0
        now = self._clock()
        at = [self._turns[0][0]] if self._turns else []
        at += [self._deferred[0][0]] if self._deferred else []
        if self._ready or not self._exhausted:
            at.append(now)
        return max(0.0, min(at) - now, self.pace.all_wait()) if at else None

    def _given(self, letter: Letter) -> Letter:
        if self._left is not None:
            self._left -= 1
        return letter

    def _take(self) -> _Waiting | None:
        """The next one whose domain has a turn, which it takes."""
        while (found := self._turn()) is None:
            found = self._unpaced()
            if found is None:
                return None
            domain = found.domain
            if domain not in self._parked:
                seconds = self.pace.wait(domain)
                if not seconds:
                    return found
                self._parked[domain] = deque()
                heapq.heappush(self._turns, (self._clock() + seconds, domain))
            self._parked[domain].append(found)
            self._many_parked += 1
        return found

    def _turn(self) -> _Waiting | None:
        """The first one of a parked domain whose time has come."""
        if not self._turns:
            return None
        now = self._clock()
        while self._turns and self._turns[0][0] <= now:
            _, domain = heapq.heappop(self._turns)
            seconds = self.pace.wait(domain)
            if seconds:
                heapq.heappush(self._turns, (now + seconds, domain))
                continue
            line = self._parked[domain]
            found = line.popleft()
            self._many_parked -= 1
            if line:
                heapq.heappush(self._turns, (now, domain))
            else:
                del self._parked[domain]
            return found
        return None

    def _unpaced(self) -> _Waiting | None:
        if self._deferred and self._deferred[0][0] <= self._clock():
            self._due()
        while not self._ready and not self._exhausted and self._many_parked < _MOST_PARKED:
            self._load()
        return self._ready.popleft() if self._ready else None

    def _load(self) -> None:
        rows = self._store.pending(self._issue, self._after, _CHUNK)
        self._exhausted = len(rows) < _CHUNK
        if rows:
            self._after = rows[-1][0]
            self._read(rows)

    def _due(self) -> None:
        now = self._clock()
        rows: list[tuple[int, int]] = []
        while self._deferred and self._deferred[0][0] <= now and len(rows) < _CHUNK:
            _, subscriber, attempts = heapq.heappop(self._deferred)
            rows.append((subscriber, attempts))
        self._read(rows)

    def _read(self, rows: Sequence[tuple[int, int]]) -> None:
        """Read who they are; who is not to be mailed any more is passed over."""
        round_ = self._people.round()
        people = self._people.read([subscriber for subscriber, _ in rows])
        for subscriber, attempts in rows:
            person = people.get(subscriber)
            if person is None:
                self.skip(subscriber, attempts, Cause.NOT_SUBSCRIBED)
            else:
                self._ready.append(_Waiting(person, attempts, round_))

    def skip(self, subscriber: int, attempts: int, cause: Cause) -> None:
        """Pass a delivery over."""
        state = DeliveryState.FAILED if cause is Cause.UNFIT else DeliveryState.SKIPPED
        self._skipped.append(
            Result(subscriber=subscriber, state=state, attempts=attempts, at=self._wall(), cause=cause)
        )

    def _letter(self, waiting: _Waiting) -> Letter | None:
        try:
            written = self._write(waiting.person)
        except DeliveryError:
            self.skip(waiting.person.id, waiting.attempts, Cause.UNFIT)
            return None
        if written is None:
            self.skip(waiting.person.id, waiting.attempts, Cause.NO_TOPIC)
            return None
        if not (fits_envelope(written.sender) and fits_envelope(written.recipient)):
            self.skip(waiting.person.id, waiting.attempts, Cause.UNFIT)
            return None
        return Letter(
            subscriber=waiting.person.id,
            attempts=waiting.attempts,
            sender=written.sender,
            recipient=written.recipient,
            data=written.data,
            smtputf8=written.smtputf8,
            round=waiting.round,
        )
