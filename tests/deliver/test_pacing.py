"""Rates and backoffs, by a clock that the test turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.pacing import FIRST, LONGEST, MAX_BACKOFF, Bucket, Pace, backoff, due


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_each_try_waits_twice_as_long() -> None:
    """5, 10, 20 minutes and on, four hours at most."""
    waits = [backoff(tries, chance=0.5) for tries in range(1, 9)]
    assert waits == [300, 600, 1_200, 2_400, 4_800, 9_600, 14_400, 14_400]


def test_a_delivery_is_given_up_after_three_days() -> None:
    """The waits before the last try come to at least 72 hours, and to less than one more wait."""
    tries = next(each for each in range(1, 100) if backoff(each, chance=0.5) is None)
    waits = [backoff(each, chance=0.5) or 0 for each in range(1, tries)]
    assert LONGEST <= sum(waits) < LONGEST + MAX_BACKOFF


@given(st.integers(-2, 60), st.floats(0.001, 7_200), st.floats(0, 1))
def test_a_wait_is_a_quarter_more_or_less(tries: int, first: float, chance: float) -> None:
    """Whatever the tries: never more than five hours, never nothing, so that packs spread."""
    nominal, found = backoff(tries, first, 0.5), backoff(tries, first, chance)
    assert (nominal is None) == (found is None)
    if nominal is not None and found is not None:
        assert 0.75 * nominal - 1e-9 <= found <= 1.25 * nominal + 1e-9
        assert 0 < found <= 1.25 * MAX_BACKOFF


def test_a_short_first_wait_has_an_end_too() -> None:
    """Whatever it begins with, thirty tries are enough."""
    assert backoff(30, 1e-6) is not None
    assert backoff(31, 1e-6) is None
    assert backoff(0, chance=0.5) == FIRST


def test_waits_spread() -> None:
    """Two deliveries that were refused together are not tried again together."""
    assert len({backoff(1) for _ in range(20)}) > 10


def test_a_stored_time_is_never_far() -> None:
    """What is past is due; what a wrong clock put into next year waits five hours."""
    assert due(900.0, 1_000.0) == 0
    assert due(1_030.0, 1_000.0) == 30
    assert due(1_000.0 + 365 * 86_400, 1_000.0) == MAX_BACKOFF * 1.25


def test_a_bucket_lets_a_second_go_at_once_and_then_keeps_its_rate() -> None:
    """Ten a second: it saves ten at most, however long nobody came."""
    bucket = Bucket(10.0, at=0.0)
    sent = 0
    while not bucket.wait(100.0):
        bucket.take()
        sent += 1
    assert sent == 10
    assert bucket.wait(100.0) == pytest.approx(0.1)
    assert bucket.wait(100.1) == 0


def test_a_slow_bucket_gives_one() -> None:
    """Less than one a second still gives the first at once, and then waits."""
    bucket = Bucket(0.5, at=0.0)
    assert bucket.wait(0.0) == 0
    bucket.take()
    assert bucket.wait(0.0) == 2
    assert bucket.wait(2.0) == 0


def test_no_rate_is_no_limit() -> None:
    """0 lets everything go."""
    clock = Clock()
    pace = Pace(0, 0, clock)
    assert not any(pace.wait("a.example") for _ in range(10_000))
    assert pace.all_wait() == 0
    assert pace.rate_of("a.example") == pace.rate_of("never.example") == 0


def test_domains_wait_apart_and_all_together() -> None:
    """A domain's rate holds no other domain up; the rate of all holds everybody up."""
    clock = Clock()
    pace = Pace(3, 1, clock)
    clock.now += 10
    assert pace.wait("a.example") == 0
    assert pace.wait("a.example") == pytest.approx(1)
    assert pace.wait("b.example") == 0
    assert pace.wait("c.example") == 0
    assert pace.wait("d.example") == pytest.approx(1 / 3)
    assert pace.all_wait() == pytest.approx(1 / 3)


def test_who_must_wait_takes_no_turn() -> None:
    """Asking again and again does not put a domain off."""
    clock = Clock()
    pace = Pace(0, 1, clock)
    pace.wait("a.example")
    for _ in range(50):
        assert pace.wait("a.example") > 0
    clock.now += 1
    assert pace.wait("a.example") == 0


def test_a_domain_that_wants_less_gets_half_once_a_second() -> None:
    """Fifty 4.7.0 in one pack are one complaint."""
    clock = Clock()
    pace = Pace(0, 40, clock)
    pace.wait("a.example")
    for _ in range(50):
        pace.slower("a.example")
    assert pace.rate_of("a.example") == 20
    assert pace.wait("a.example") > 0
    assert pace.rate_of("b.example") == 40
    clock.now += 1
    pace.slower("a.example")
    assert pace.rate_of("a.example") == 10


def test_without_a_rate_half_of_what_it_got_is_its_rate() -> None:
    """A domain without a limit that took 100 in ten seconds gets five a second."""
    clock = Clock()
    pace = Pace(0, 0, clock)
    for _ in range(100):
        pace.wait("a.example")
    clock.now += 10
    pace.slower("a.example")
    assert pace.rate_of("a.example") == 5


def test_no_domain_is_slowed_to_nothing() -> None:
    """A message a minute always goes."""
    clock = Clock()
    pace = Pace(0, 1, clock)
    for _ in range(30):
        pace.slower("a.example")
        clock.now += 2
    assert pace.rate_of("a.example") == pytest.approx(1 / 60)
    assert 0 < pace.wait("a.example") <= 60


def test_a_content_domain_comes_back_to_its_rate() -> None:
    """Doubled after each quiet minute, up to what it was and not beyond."""
    clock = Clock()
    pace = Pace(0, 40, clock)
    for _ in range(2):
        pace.slower("a.example")
        clock.now += 1.5
    rates = []
    for _ in range(4):
        clock.now += 61
        pace.wait("a.example")
        rates.append(pace.rate_of("a.example"))
    assert rates == [20, 40, 40, 40]
