"""When a feed is asked again: never before its server wants it, and ever more seldom while it fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Final

LONGEST: Final = timedelta(days=7)
"""No feed is left alone for longer, whatever it asks for: it may be mended; a clock may be wrong."""
LONGEST_FRESH: Final = timedelta(days=1)
"""`max-age` and `ttl` are obeyed up to here; a year is what a cache's settings say by mistake."""
SOON: Final = timedelta(minutes=30)
"""After a fault that may be over by then: no route, no answer, a server's error (5xx)."""
PASSING: Final = frozenset({"dns", "refused", "tls", "timeout", "incomplete"})
"""Kinds of `digest.net.Fault` that may be over soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known after an attempt: when the next one is due, and how many have failed in a row.

    `gone` feeds (410) are never asked again.
    """

    next: datetime
    failures: int = 0
    gone: bool = False

    def due(self, now: datetime) -> bool:
        """Whether to ask now. A moment too far away was written by a clock that was wrong."""
        return not self.gone and not now < self.next <= now + 2 * LONGEST


def after_reply(
    status: int,
    headers: Mapping[str, str],
    *,
    now: datetime,
    interval: timedelta,
    seed: str,
    failures: int = 0,
    ttl: timedelta = timedelta(0),
) -> Pace:
    """The pace after an answer.

    Args:
        status: of the last answer, redirects followed.
        headers: of that answer, by lower-case name.
        now: when it came.
        interval: how often feeds are fetched.
        seed: what makes one feed's jitter another's, such as its address.
        failures: failed attempts in a row, before this one.
        ttl: how long the feed itself wants to be left alone (RSS 2.0, `ttl`).
    """
    if status == 410:  # RFC 9110, section 15.5.11: likely to be permanent
        return Pace(next=now, failures=failures + 1, gone=True)
    if 200 <= status < 300 or status == 304:
        fresh = min(max(_fresh(headers), ttl), LONGEST_FRESH)
        return Pace(next=now + max(_early(interval, seed, now), fresh))
    wait = _backoff(interval, failures, seed, passing=status >= 500)
    asked = retry_after(headers.get("retry-after", ""), now) or timedelta(0)
    return Pace(next=now + min(max(wait, asked), LONGEST), failures=failures + 1)


def after_fault(kind: str, *, now: datetime, interval: timedelta, seed: str, failures: int = 0) -> Pace:
    """The pace after an attempt without an answer (`kind` of the FetchError), or with one that is no feed."""
    wait = _backoff(interval, failures, seed, passing=kind in PASSING)
    return Pace(next=now + min(wait, LONGEST), failures=failures + 1)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long `Retry-After` asks to wait (RFC 9110, section 10.2.3): seconds, or until an HTTP-date.

    None for what is neither; zero for what is over; a week for what is longer.
    """
    text = value.strip()[:100]
    if re.fullmatch(r"\d{1,20}", text, re.ASCII):
        return min(timedelta(seconds=min(int(text), 10**8)), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait, timedelta(0)), LONGEST)


def max_age(cache_control: str, age: str = "") -> timedelta:
    """How long an answer stays fresh (RFC 9111, sections 5.1 and 5.2.2.1); zero where nothing says so."""
    text = cache_control.lower()
    found = re.search(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,20})(?![\d.])', text, re.ASCII)
    if not found or re.search(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s])", text):
        return timedelta(0)
    old = int(age) if re.fullmatch(r"\d{1,20}", age.strip(), re.ASCII) else 0
    return timedelta(seconds=max(0, min(int(found[1]) - old, 10**8)))


def _fresh(headers: Mapping[str, str]) -> timedelta:
    return max_age(headers.get("cache-control", ""), headers.get("age", ""))


def _early(interval: timedelta, seed: str, now: datetime) -> timedelta:
    """Up to a tenth less than the interval: due right after a round began, it would wait for the next."""
    return interval * (1 - 0.1 * _chance(seed, now.isoformat()))


def _backoff(interval: timedelta, failures: int, seed: str, *, passing: bool) -> timedelta:
    """Twice as long with each failure, and up to a fifth more, so that those that failed together part."""
    first = min(SOON, interval) if passing else interval
    return first * 2.0 ** min(failures, 16) * (1 + 0.2 * _chance(seed, str(failures)))


def _chance(*seed: str) -> float:
    """A number from 0 to 1 that a seed always has."""
    digest = blake2b("\0".join(seed).encode(errors="replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 0xFFFF_FFFF
