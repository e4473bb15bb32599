"""What has become of deliveries: each word of a server as a row for the outbox, and the count of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from digest.deliver.office import Letter
from digest.deliver.outbox import Queue
from digest.deliver.pacing import FIRST, MAX_BACKOFF, backoff
from digest.deliver.replies import Cause, Fate, Reply, Verdict, without_address
from digest.model.people import DeliveryState
from digest.store.outbox import Outbox, OutboxIssue, Result

OPEN: Final = (DeliveryState.PENDING, DeliveryState.INFLIGHT, DeliveryState.DEFERRED)
"""The states in which something is still to be done."""
_MOST_TRIES: Final = 3  # of what left without a reply, or was refused for a reason that is not its own
_FEW: Final = 5  # hard bounces that pause nothing, however short the list
_WINDOW: Final = 5.0  # seconds over which the rate is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How an issue is sent.

    Args:
        connections: side by side at most.
        hold: whether what is ambiguous waits for an operator; else it is sent again.
        first_backoff: seconds until what was refused for now is tried again.
        patience: seconds that the sender waits for deliveries that are due later; longer ones end it.
        pause_percent, pause_first: pause when more than so many percent of the first so many bounce hard.
        grace: seconds in which the last replies must come when it is stopped.
    """

    connections: int = 10
    hold: bool = False
    first_backoff: float = FIRST
    patience: float = 0.0
    pause_percent: float = 5.0
    pause_first: int = 500
    grace: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How far a sender is: numbers of this run, but `total` and `done` of the whole issue.

    `deferred` are those that wait now; `retries` counts how often one was put off. `rate` is messages a
    second over the last seconds. `paused` says why it stopped by itself; `stopped` that it was told to.
    """

    total: int
    done: int
    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0
    deferred: int = 0
    retries: int = 0
    connections: int = 0
    rate: float = 0.0
    paused: str = ""
    stopped: bool = False

    @property
    def left(self) -> int:
        """Deliveries that are not done yet."""
        return max(0, self.total - self.done)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the rest is sent, at the present rate; None while nothing is."""
        return self.left / self.rate if self.rate else None


class Record:
    """The results of a run that are not in the outbox yet, and the counts of all."""

    def __init__(
        self,
        store: Outbox,
        issue: OutboxIssue,
        queue: Queue,
        policy: Policy,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._issue, self._queue, self._policy = issue, queue, policy
        self._clock, self._wall = clock, wall
        self._results: list[Result] = []
        self.paused = ""
        counts = store.counts(issue)
        self._total = sum(counts.values())
        self._open = sum(counts.get(each, 0) for each in OPEN)
        self._tally = dict.fromkeys(DeliveryState, 0)
        self._retries = 0
        self._tried = counts.get(DeliveryState.SENT, 0) + counts.get(DeliveryState.FAILED, 0)
        self._hard = store.causes(issue, DeliveryState.FAILED).get(Cause.ADDRESS, 0)
        self._recent: list[tuple[float, int]] = []

    def take(self) -> list[Result]:
        """The results since this was asked last, with what the queue has passed over."""
        skipped = self._queue.skipped()
        for each in skipped:
            self._tally[each.state] += 1
        results, self._results = self._results + skipped, []
        return results

    def give_back(self, results: list[Result]) -> None:
        """Results that could not be written."""
        self._results = results + self._results

    @property
    def waiting(self) -> bool:
        """Whether there are results that are not written yet."""
        return bool(self._results)

    @property
    def left(self) -> int:
        """Deliveries that are not done yet."""
        return self._open - sum(many for state, many in self._tally.items() if state not in OPEN)

    def settle(self, letter: Letter, outcome: Verdict, reply: Reply) -> None:
        """A server's word on a delivery."""
        said = without_address(str(reply), letter.recipient)
        if outcome.slower:
            self._queue.pace.slower(letter.domain)
        if outcome.fate is Fate.SENT:
            self._tried += 1
            self._add(letter, DeliveryState.SENT, reply=said)
        elif outcome.fate is Fate.FAILED:
            self._tried += 1
            self._add(letter, DeliveryState.FAILED, cause=outcome.cause, reply=said)
            self._watch(outcome.cause)
        elif outcome.fate is Fate.PAUSE:
            self._refused_for_all(letter, said)
        else:
            self._later(letter, Cause.GAVE_UP, said, backoff(letter.attempts + 1, self._policy.first_backoff))

    def ambiguous(self, letter: Letter, why: str) -> None:
        """A body left, and no reply came."""
        why = without_address(why, letter.recipient)
        if self._policy.hold or letter.attempts + 1 >= _MOST_TRIES:
            self._add(letter, DeliveryState.UNCERTAIN, cause=Cause.UNREACHABLE, reply=why)
        else:
            self._later(letter, Cause.UNREACHABLE, why, self._policy.first_backoff / 5)

    def left_before(self, letter: Letter) -> None:
        """Somebody who left before their message was claimed."""
        self._add(letter, DeliveryState.SKIPPED, cause=Cause.NOT_SUBSCRIBED, tried=0)

    def snapshot(self, connections: int, stopped: bool) -> Snapshot:
        """How far it is."""
        return Snapshot(
            total=self._total,
            done=self._total - self.left,
            sent=self._tally[DeliveryState.SENT],
            failed=self._tally[DeliveryState.FAILED],
            uncertain=self._tally[DeliveryState.UNCERTAIN],
            skipped=self._tally[DeliveryState.SKIPPED],
            deferred=self._queue.put_off,
            retries=self._retries,
            connections=connections,
            rate=self._rate(),
            paused=self.paused,
            stopped=stopped,
        )

    def _add(
        self,
        letter: Letter,
        state: DeliveryState,
        *,
        cause: str = "",
        reply: str = "",
        seconds: float = 0.0,
        tried: int = 1,
    ) -> None:
        self._tally[state] += 1
        now = self._wall()
        self._results.append(
            Result(
                subscriber=letter.subscriber,
                state=state,
                attempts=letter.attempts + tried,
                at=now,
                next_at=now + seconds if seconds else 0.0,
                cause=cause,
                reply=reply,
            )
        )

    def _later(self, letter: Letter, cause: Cause, reply: str, seconds: float | None) -> None:
        """Try it again after a while; or never, where it was tried for three days."""
        if seconds is None:
            self._add(letter, DeliveryState.FAILED, cause=cause, reply=reply)
            return
        self._retries += 1
        self._add(letter, DeliveryState.DEFERRED, reply=reply, seconds=seconds)
        self._queue.later(letter.subscriber, letter.attempts + 1, seconds)

    def _refused_for_all(self, letter: Letter, said: str) -> None:
        """A refusal that is not about the recipient: all wait for an editor; who meets it thrice fails."""
        if letter.attempts + 1 >= _MOST_TRIES:
            self._add(letter, DeliveryState.FAILED, cause=Cause.REFUSED, reply=said)
        else:
            self._later(letter, Cause.REFUSED, said, min(self._policy.first_backoff, MAX_BACKOFF))
        self.pause(f"the server refuses us: {said}")

    def _watch(self, cause: str) -> None:
        """Pause where too many of the first addresses do not exist: the list is not what it should be."""
        self._hard += cause == Cause.ADDRESS
        first = min(self._policy.pause_first, self._total)
        most = max(_FEW, self._policy.pause_percent * first / 100)
        if self._issue.watched and self._tried <= self._policy.pause_first and self._hard > most:
            self.pause(f"{self._hard} of the first {self._tried} addresses do not exist")

    def pause(self, reason: str) -> None:
        """Let all wait for an editor; the first reason counts."""
        self.paused = self.paused or reason

    def _rate(self) -> float:
        now, sent = self._clock(), self._tally[DeliveryState.SENT]
        self._recent = [(at, many) for at, many in self._recent if now - at < _WINDOW] + [(now, sent)]
        since, before = self._recent[0]
        return (sent - before) / (now - since) if now > since else 0.0
