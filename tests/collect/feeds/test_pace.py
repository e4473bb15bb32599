"""When a feed is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.pace import (
    LONGEST,
    LONGEST_FRESH,
    PASSING,
    Pace,
    after_fault,
    after_reply,
    max_age,
    retry_after,
)
from digest.net import Fault

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)
HOURS = timedelta(hours=6)


def reply(status: int, headers: dict[str, str] | None = None, **values: object) -> Pace:
    """The pace after a reply now, in an interval of six hours."""
    given = {"now": NOW, "interval": HOURS, "seed": "https://example.org/feed"} | values
    return after_reply(status, headers or {}, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [200, 204, 206, 226, 304])
def test_an_answer_waits_for_the_next_round(status: int) -> None:
    """A good answer, 304 too, forgets failures, and is due at the next round, not one round later."""
    pace = reply(status, failures=7)
    assert pace.failures == 0
    assert NOW + HOURS * 0.9 <= pace.next <= NOW + HOURS
    assert not pace.due(NOW + timedelta(hours=5))
    assert pace.due(NOW + HOURS)


def test_a_feed_that_asks_for_longer_gets_it() -> None:
    """`max-age` less `Age`, and the feed's own `ttl`, put the next attempt off, for a day at most."""
    assert reply(200, {"cache-control": "public, max-age=43200", "age": "3600"}).next == NOW + timedelta(
        hours=11
    )
    assert reply(200, ttl=timedelta(hours=8)).next == NOW + timedelta(hours=8)
    assert reply(200, {"cache-control": "max-age=31536000"}).next == NOW + LONGEST_FRESH
    assert reply(200, {"cache-control": "max-age=60"}).next > NOW + timedelta(hours=5)


def test_a_feed_that_is_gone_is_never_asked_again() -> None:
    """410 ends a feed."""
    pace = reply(410)
    assert pace.gone
    assert not pace.due(NOW + timedelta(days=3650))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(status: int) -> None:
    """Neither seconds nor a date are undercut, and a hostile year is a week."""
    assert reply(status, {"retry-after": "90000"}).next == NOW + timedelta(seconds=90000)
    date = {"retry-after": "Wed, 28 Jan 2026 09:00:00 GMT"}
    assert reply(status, date).next == NOW + timedelta(days=2)
    assert reply(status, {"retry-after": "999999999999999999"}).next == NOW + LONGEST
    assert reply(status, {"retry-after": "5"}).next >= NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "first"),
    [(500, 0.5), (503, 0.5), (404, 6), (403, 6), (429, 6), (302, 6), (418, 6)],
)
def test_failures_wait_twice_as_long_each_time(status: int, first: float) -> None:
    """A server's error is tried again soon, the rest at the next round, then ever later, up to a week."""
    waits = [(reply(status, failures=count).next - NOW) / timedelta(hours=1) for count in range(40)]
    for count, wait in enumerate(waits):
        assert min(first * 2**count, 168) <= wait <= min(first * 2**count * 1.2, 168)
    assert reply(status, failures=3).failures == 4


def test_faults_are_as_passing_as_they_are() -> None:
    """A broken line may be mended in half an hour; a wrong address is not."""
    for fault in Fault:
        pace = after_fault(fault, now=NOW, interval=HOURS, seed="x", failures=0)
        assert (pace.next - NOW < HOURS) == (fault in PASSING)
        assert pace.failures == 1
    assert set(Fault) > PASSING
    assert after_fault("dns", now=NOW, interval=HOURS, seed="x", failures=10**9).next == NOW + LONGEST


def test_feeds_that_failed_together_part() -> None:
    """The jitter is the feed's own and always the same."""
    nexts = {reply(503, seed=str(number)).next for number in range(50)}
    assert len(nexts) == 50
    assert reply(503) == reply(503)


def test_a_clock_that_was_wrong_silences_no_feed() -> None:
    """A next attempt in ten years is due now."""
    assert Pace(next=NOW + timedelta(days=3650)).due(NOW)
    assert not Pace(next=NOW + timedelta(days=7)).due(NOW)
    assert Pace(next=NOW).due(NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 26 Jan 2026 09:02:00 GMT", 120),
        ("Mon, 26 Jan 2026 09:02:00", 120),
        ("Monday, 26-Jan-26 09:02:00 GMT", 120),
        ("Mon Jan 26 09:02:00 2026", 120),
        ("Mon, 26 Jan 2026 10:02:00 +0100", 120),
        ("Sun, 25 Jan 2026 09:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 7 * 86400),
        ("9" * 20, 7 * 86400),
        ("9" * 5000, None),
        ("-1", None),
        ("1.5", None),
        ("١٢", None),
        ("", None),
        ("soon", None),
        ("Mon, " * 20_000, None),
        ("Mon, 99 Jan 2026 99:99:99 GMT", None),
        ("Mon, 26 Jan 99999999999 09:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    """All three spellings of an HTTP-date are read (RFC 9110, section 5.6.7); nonsense is none."""
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("value", "age", "seconds"),
    [
        ("max-age=3600", "", 3600),
        ("Public, Max-Age=3600", "", 3600),
        ('private;max-age="3600"', "", 0),
        ('private, max-age="3600"', "600", 3000),
        ("max-age=10", "600", 0),
        ("max-age=10", "never", 10),
        ("s-maxage=3600", "", 0),
        ("no-cache, max-age=3600", "", 0),
        ("max-age=3600,no-store", "", 0),
        ("max-age=1.5", "", 0),
        ("max-age=-1", "", 0),
        ("", "", 0),
        ("max-age=" + "9" * 20, "", 10**8),
    ],
)
def test_max_age_says_how_long(value: str, age: str, seconds: int) -> None:
    """Only a plain max-age that nothing else takes back."""
    assert max_age(value, age) == timedelta(seconds=seconds)


@given(
    st.integers(100, 999),
    st.dictionaries(st.sampled_from(["retry-after", "cache-control", "age"]), st.text(max_size=40)),
    st.integers(0, 10**6),
    st.text(max_size=10),
)
def test_no_header_stops_the_clock(status: int, headers: dict[str, str], failures: int, seed: str) -> None:
    """Whatever a server says, the next attempt lies ahead, within a week."""
    pace = reply(status, headers, failures=failures, seed=seed)
    assert pace.gone or NOW + timedelta(minutes=30) <= pace.next <= NOW + LONGEST
