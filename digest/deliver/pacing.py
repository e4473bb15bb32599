"""How fast: a rate for all, a bucket for each domain, and when what was refused for now is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 72 * 3600.0
"""Seconds for which a delivery is tried again; RFC 5321 §4.5.4.1 has days."""
FIRST: Final = 300.0
"""Seconds until the second try: greylisting lets in after five minutes."""
MAX_BACKOFF: Final = 4 * 3600.0
"""Seconds between tries at most."""
_JITTER: Final = 0.25
_MOST_TRIES: Final = 30  # whatever they begin with
_RECOVERY: Final = 60.0  # seconds without a complaint after which a domain's rate is doubled
_LEAST: Final = 1 / 60  # messages a second that a domain is never slowed below
_BURST: Final = 1.0  # seconds' worth of messages that may go at once


def backoff(attempts: int, first: float = FIRST, chance: float | None = None) -> float | None:
    """Seconds until the next try after so many, doubled each time, a quarter more or less; None to give up.

    The age is counted in tries, not by the clock: a clock that jumps by a week gives nobody up.
    """
    tries = max(1, attempts)
    if tries > _MOST_TRIES:
        return None
    nominal = first * 2.0 ** (tries - 1)
    spent = sum(min(first * 2.0**each, MAX_BACKOFF) for each in range(tries - 1))
    if spent >= LONGEST:
        return None
    jitter = 1 + _JITTER * (2 * (random.random() if chance is None else chance) - 1)  # noqa: S311 # no secret
    return min(nominal, MAX_BACKOFF) * jitter


def due(next_at: float, now: float) -> float:
    """Seconds until a stored time, never more than the longest backoff: the clock may have been set back."""
    return min(max(0.0, next_at - now), MAX_BACKOFF * (1 + _JITTER))


@dataclass(slots=True)
class Bucket:
    """Tokens that come at a rate and are taken one a message; no rate (0) means no limit."""

    rate: float
    tokens: float = 1.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next token; 0 where one is there."""
        if not self.rate:
            return 0.0
        room = max(1.0, self.rate * _BURST)
        self.tokens = min(room, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 - 1e-9 else (1 - self.tokens) / self.rate

    def take(self) -> None:
        """Take a token that is there."""
        if self.rate:
            self.tokens -= 1


@dataclass(slots=True)
class _Domain:
    bucket: Bucket
    taken: int = 0  # messages since `since`
    since: float = 0.0
    slowed_at: float = 0.0


@dataclass(slots=True)
class Pace:
    """When the next message to a domain may go.

    Args:
        rate: messages a second in all; 0 for no limit.
        domain_rate: messages a second to one domain; 0 for no limit until the domain asks for one.
        clock: monotonic seconds.
    """

    rate: float
    domain_rate: float
    clock: Callable[[], float]
    _all: Bucket = field(init=False)
    _domains: dict[str, _Domain] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._all = Bucket(self.rate, at=self.clock())

    def wait(self, domain: str) -> float:
        """Seconds until a message to the domain may go, 0 for now; whoever gets 0 has taken its turn."""
        known = self._domains.get(domain)
        if known is not None and not (known.bucket.rate or self._all.rate):  # nobody asked for less
            known.taken += 1
            return 0.0
        now = self.clock()
        known = self._domain(domain, now)
        self._recover(known, now)
        seconds = max(known.bucket.wait(now), self._all.wait(now))
        if not seconds:
            known.bucket.take()
            self._all.take()
            known.taken += 1
        return seconds

    def all_wait(self) -> float:
        """Seconds until a message to anybody may go."""
        return self._all.wait(self.clock()) if self._all.rate else 0.0

    def slower(self, domain: str) -> None:
        """Halve a domain's rate, or what was its rate in fact; replies come in packs, so once a second."""
        now = self.clock()
        known = self._domain(domain, now)
        if known.slowed_at and now - known.slowed_at < 1:
            return
        measured = known.taken / max(1.0, now - known.since)
        known.bucket.rate = max(_LEAST, (known.bucket.rate or measured) / 2)
        known.bucket.tokens = 0.0
        known.bucket.at = known.slowed_at = now

    def rate_of(self, domain: str) -> float:
        """A domain's rate as it is now; 0 for no limit."""
        known = self._domains.get(domain)
        return known.bucket.rate if known else self.domain_rate

    def _domain(self, domain: str, now: float) -> _Domain:
        known = self._domains.get(domain)
        if known is None:
            known = self._domains[domain] = _Domain(Bucket(self.domain_rate, at=now), since=now)
        return known

    def _recover(self, known: _Domain, now: float) -> None:
        """Double the rate of a domain that has been content for a minute, up to what it was meant to be."""
        if not known.slowed_at or now - known.slowed_at < _RECOVERY:
            return
        doubled = known.bucket.rate * 2
        known.slowed_at = now
        if self.domain_rate and doubled >= self.domain_rate:
            known.bucket.rate, known.slowed_at = self.domain_rate, 0.0
        else:
            known.bucket.rate = doubled
