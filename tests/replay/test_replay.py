"""Twelve weeks of a site's life, published week by week: nothing missed, nothing twice, no false news."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digest import press
from digest.compose import Rule
from digest.errors import NothingNewError
from digest.model import Collection, Issue, Item, Reason, Verdict
from digest.press.explaining import why
from digest.press.outlook import Outlook, outlook
from tests.replay import twelve_weeks
from tests.replay.life import Life, Truth, monday

WEEKS = 12
QUIET = 10


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What was planted, the sealed issue of each week that had one, and what was decided just before it."""

    root: Path
    truth: Truth = field(repr=False)
    issues: dict[int, Issue] = field(repr=False)
    ahead: dict[int, tuple[Collection, Outlook]] = field(repr=False)

    def weeks(self, of: Callable[[Issue], Iterable[Item]]) -> dict[str, list[int]]:
        """The weeks in whose issue each entry is among certain items."""
        found: dict[str, list[int]] = {}
        for week, issue in self.issues.items():
            for item in of(issue):
                found.setdefault(item.entry.fields["serial"], []).append(week)
        return found


def live(root: Path, seed: int, old: int) -> Lived:
    """Live through the weeks, and publish at the end of each as life does."""
    life, issues, ahead = Life(root, seed), {}, {}
    twelve_weeks.before(life, old)
    for week in range(WEEKS):
        if week:
            twelve_weeks.week(life, week)
        site, now = press.Site.load(root), monday(week)
        found = press.read(site, now)
        ahead[week] = (found, outlook(site, site.edition(), found, now))
        try:
            press.publish(site, now=now)
        except NothingNewError:
            continue
        issues[week] = press.sealed_issue(site).issue
    return Lived(root=root, truth=life.truth, issues=issues, ahead=ahead)


def _each_entry_is_new_once(lived: Lived) -> None:
    """Each entry is new in exactly the one issue that it was planted for, and no other entry ever is."""
    found = lived.weeks(lambda issue: [item for item in issue.everything if item.reason is Reason.NEW])
    assert found == {serial: [week] for serial, week in lived.truth.new.items()}
    assert found.keys().isdisjoint(lived.truth.passed)


def _each_planted_change_is_told(lived: Lived) -> None:
    """Each planted change is told in its week, once, by its fields; each planted non-change never."""
    told: dict[str, dict[int, set[str]]] = {}
    for week, issue in lived.issues.items():
        for item in issue.everything:
            if item.reason is Reason.UPDATED:
                fields = {change.field for change in item.changes}
                told.setdefault(item.entry.fields["serial"], {})[week] = fields
    assert told == lived.truth.told


def _what_was_filed_late_comes_from_the_archive(lived: Lived) -> None:
    """What is dated long before stands in "From the archive", few at a time, and nothing else does."""
    late = {serial: [week] for serial, week in lived.truth.late.items()}
    assert lived.weeks(lambda issue: issue.archive) == late


def _a_sweep_is_one_line(lived: Lived) -> None:
    """What a script touched is told in one line, and by itself neither then nor later."""
    assert lived.weeks(lambda issue: issue.bulk) == lived.truth.swept


def _quiet_week(lived: Lived) -> None:
    """A week of noise has no issue."""
    assert sorted(lived.issues) == [week for week in range(WEEKS) if week != QUIET]


def _every_entry_has_its_decision(lived: Lived) -> None:
    """Each week, what was decided of each entry is what became of it, and no entry is without a decision."""
    for week, (found, ahead) in lived.ahead.items():
        assert ahead.decisions.keys() == {entry.key for entry in found.entries}
        issue = lived.issues.get(week)
        shown: dict[Verdict, set[str]] = {}
        for each in ahead.decisions.values():
            assert each.rule in set(Rule)
            shown.setdefault(each.verdict, set()).add(each.entry)
        assert shown.get(Verdict.SHOWN, set()) == (_keys((*issue.items, *issue.profiles)) if issue else set())
        assert shown.get(Verdict.ARCHIVE, set()) == (_keys(issue.archive) if issue else set())
        assert shown.get(Verdict.OVERFLOW, set()) == (_keys(issue.overflow) if issue else set())


def _keys(items: Iterable[Item]) -> set[str]:
    return {item.entry.key for item in items}


def _why_tells_a_whole_life(lived: Lived) -> None:
    """The story of an entry goes through its names, and says what each issue did with it, to the last one."""
    site = press.Site.load(lived.root)
    told = why(site, "posts/moved/relic-twice.md", now=monday(WEEKS))
    assert [name.rpartition("/")[2] for name in told.names] == ["relic7.md", "relic-twice.md"]
    (edition,) = told.editions
    assert next((each.issue, each.role, each.section) for each in edition.appearances) == (
        "weekly/8",
        "new",
        "from the archive",
    )
    assert edition.appearances[-1].role == "renamed"
    assert edition.decision.rule == Rule.SMALL_CHANGE
    swept = why(site, "posts/2026/w3en.md", now=monday(WEEKS)).editions[0].appearances
    assert [each.role for each in swept if each.role != "renamed"] == ["new", "in one line"]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("seed", "old"),
    [(1, 300), *(pytest.param(seed, 3_000, marks=pytest.mark.soak) for seed in range(2, 6))],
)
def test_twelve_weeks(tmp_path: Path, seed: int, old: int) -> None:
    """Each entry is new once, each change told once in its week, and nothing else is ever news.

    One test, since a life takes seconds: two workers would live it twice.
    """
    lived = live(tmp_path / "site", seed, old)
    _each_entry_is_new_once(lived)
    _each_planted_change_is_told(lived)
    _what_was_filed_late_comes_from_the_archive(lived)
    _a_sweep_is_one_line(lived)
    _quiet_week(lived)
    _every_entry_has_its_decision(lived)
    _why_tells_a_whole_life(lived)
