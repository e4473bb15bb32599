"""The policy of suppression: what is enough, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from digest.config import BouncesTable
from digest.deliver.reports import verdict
from digest.model.people import ReturnKind, SuppressionReason
from digest.store.bounces import Return

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
TABLE = BouncesTable()


def back(kind: str, issue: int, days_ago: float = 0, way: str = "dsn", status: str = "5.1.1") -> Return:
    return Return(
        subscriber=7,
        issue=issue,
        kind=ReturnKind(kind),
        edition="weekly",
        at=NOW - timedelta(days=days_ago),
        way=way,
        status=status,
    )


def test_one_complaint_is_enough() -> None:
    """At once, whatever else there is."""
    assert verdict([back("complaint", 1)], NOW, TABLE) is SuppressionReason.COMPLAINT


def test_one_reply_that_nobody_is_there_is_enough() -> None:
    """A server told us so itself; a report by mail, which anybody could write, needs another one."""
    assert verdict([back("hard", 1, way="smtp")], NOW, TABLE) is SuppressionReason.BOUNCE
    assert verdict([back("hard", 1)], NOW, TABLE) is None
    assert verdict([back("hard", 1, way="smtp", status="")], NOW, TABLE) is None
    assert verdict([back("hard", 1, way="smtp", status="5.2.1")], NOW, TABLE) is None


def test_two_reports_of_distinct_issues() -> None:
    """Of one issue they count once; far apart they are strangers to each other."""
    assert verdict([back("hard", 1, 7), back("hard", 2)], NOW, TABLE) is SuppressionReason.BOUNCE
    assert verdict([back("hard", 1, 7), back("hard", 1)], NOW, TABLE) is None
    assert verdict([back("hard", 1, 60), back("hard", 2)], NOW, TABLE) is None


@pytest.mark.parametrize("kind", ["soft", "hard"])
def test_failures_score_one_an_issue(kind: str) -> None:
    """Five issues in a row of a weekly list reach the threshold, four do not."""
    weekly = [back("soft", n, 7.0 * n) for n in range(5)]
    assert verdict(weekly, NOW, TABLE) is SuppressionReason.BOUNCE
    assert verdict(weekly[1:], NOW, TABLE) is None
    assert verdict([back("soft", 1, n) for n in range(9)], NOW, TABLE) is None
    mixed = [*weekly[1:], back(kind, 9)]
    assert verdict(mixed, NOW, TABLE) is SuppressionReason.BOUNCE


def test_a_score_is_forgotten_after_six_weeks() -> None:
    """A gap of more than 42 days begins anew; a monthly list's failures stay together."""
    assert verdict([back("soft", n, 50 + 7 * n) for n in range(9)], NOW, TABLE) is None
    assert verdict([back("soft", n, 30 * n) for n in range(5)], NOW, TABLE) is SuppressionReason.BOUNCE
    assert verdict([back("soft", n, 43 * n) for n in range(9)], NOW, TABLE) is None


@pytest.mark.parametrize("kind", ["blocked", "leaving"])
def test_what_is_no_fault_of_theirs_counts_nothing(kind: str) -> None:
    """However often we are blocked, no reader is suppressed for it."""
    assert verdict([back(kind, n, way="smtp") for n in range(50)], NOW, TABLE) is None
    assert verdict([], NOW, TABLE) is None
