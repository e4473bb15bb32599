"""Issues and times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from digest.cli.given import clock, day, instant, issue
from digest.errors import UsageError
from digest.press import Site


@pytest.fixture
def two(site: Path) -> Site:
    """A site with the editions weekly and 2026."""
    path = site / "config.toml"
    path.write_text(path.read_text() + '\n[[editions]]\nname = "2026"\ntitle = "The Year"\n')
    return Site.load(site)


@pytest.mark.parametrize(
    ("text", "edition", "meant"),
    [
        (None, None, ("weekly", None)),
        (None, "2026", ("2026", None)),
        ("weekly", None, ("weekly", None)),
        ("14", None, ("weekly", 14)),
        ("14", "2026", ("2026", 14)),
        ("weekly/14", None, ("weekly", 14)),
        ("2026/3", None, ("2026", 3)),
        ("2026", None, ("2026", None)),
        ("weekly/14", "weekly", ("weekly", 14)),
    ],
)
def test_issue_is_written_in_three_ways(two: Site, text: str, edition: str, meant: tuple[str, int]) -> None:
    """weekly/14, 14 and weekly are understood; a name that looks like a number is the edition's."""
    assert issue(two, text, edition) == meant


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("weekly/0", None),
        ("weekly/x", None),
        ("daily", None),
        ("daily/1", None),
        ("/1", None),
        ("weekly/1", "2026"),
    ],
)
def test_what_is_no_issue_is_refused(two: Site, text: str, edition: str) -> None:
    """Anything else is a usage error."""
    with pytest.raises(UsageError):
        issue(two, text, edition)


def test_instant_has_a_zone() -> None:
    """A time has a zone or is refused."""
    assert instant("2026-01-26T01:00:00Z") == instant("2026-01-26T09:00:00+08:00")
    for wrong in ("2026-01-26T09:00:00", "2026-01-26", "now"):
        with pytest.raises(typer.BadParameter):
            instant(wrong)


def test_day() -> None:
    """A day is a day."""
    assert day("2026-01-26").isoformat() == "2026-01-26"
    with pytest.raises(typer.BadParameter):
        day("26.1.2026")


def test_clock_runs_where_no_time_is_given() -> None:
    """The present is used only where no other time is given."""
    then = datetime(2026, 1, 1, tzinfo=UTC)
    assert clock(then) == then
    assert clock(None).tzinfo is UTC
