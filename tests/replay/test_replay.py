"""Twelve weeks of a site's life, published week by week: nothing missed, nothing twice, no false news."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digest import press
from digest.errors import NothingNewError
from digest.model import Issue, Item, Reason
from tests.replay import twelve_weeks
from tests.replay.life import Life, Truth, monday

WEEKS = 12
QUIET = 10


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What was planted, and the sealed issue of each week that had one."""

    root: Path
    truth: Truth = field(repr=False)
    issues: dict[int, Issue] = field(repr=False)

    def weeks(self, of: Callable[[Issue], Iterable[Item]]) -> dict[str, list[int]]:
        """The weeks in whose issue each entry is among certain items."""
        found: dict[str, list[int]] = {}
        for week, issue in self.issues.items():
            for item in of(issue):
                found.setdefault(item.entry.fields["serial"], []).append(week)
        return found


def live(root: Path, seed: int, old: int) -> Lived:
    """Live through the weeks, and publish at the end of each as life does."""
    life, issues = Life(root, seed), {}
    twelve_weeks.before(life, old)
    for week in range(WEEKS):
        if week:
            twelve_weeks.week(life, week)
        try:
            press.publish(press.Site.load(root), now=monday(week))
        except NothingNewError:
            continue
        issues[week] = press.sealed_issue(press.Site.load(root)).issue
    return Lived(root=root, truth=life.truth, issues=issues)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """One life, for every test of this module."""
    return live(tmp_path_factory.mktemp("replay") / "site", 1, 300)


def test_each_entry_is_new_once(lived: Lived) -> None:
    """Each entry is new in exactly the one issue that it was planted for, and no other entry ever is."""
    found = lived.weeks(lambda issue: [item for item in issue.everything if item.reason is Reason.NEW])
    assert found == {serial: [week] for serial, week in lived.truth.new.items()}
    assert found.keys().isdisjoint(lived.truth.passed)


def test_each_planted_change_is_told(lived: Lived) -> None:
    """Each planted change is told in its week, once, by its fields; each planted non-change never."""
    told: dict[str, dict[int, set[str]]] = {}
    for week, issue in lived.issues.items():
        for item in issue.everything:
            if item.reason is Reason.UPDATED:
                fields = {change.field for change in item.changes}
                told.setdefault(item.entry.fields["serial"], {})[week] = fields
    assert told == lived.truth.told


def test_what_was_filed_late_comes_from_the_archive(lived: Lived) -> None:
    """What is dated long before stands in "From the archive", few at a time, and nothing else does."""
    late = {serial: [week] for serial, week in lived.truth.late.items()}
    assert lived.weeks(lambda issue: issue.archive) == late


def test_a_sweep_is_one_line(lived: Lived) -> None:
    """What a script touched is told in one line, and by itself neither then nor later."""
    assert lived.weeks(lambda issue: issue.bulk) == lived.truth.swept


def test_quiet_week(lived: Lived) -> None:
    """A week of noise has no issue."""
    assert sorted(lived.issues) == [week for week in range(WEEKS) if week != QUIET]
