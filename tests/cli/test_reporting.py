"""`report`: table, chart and JSON of what became of an issue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.cli.reporting import chart
from digest.cli.sending import duration
from digest.press.reporting import Course, course, stretch
from tests.cli.conftest import Run

NOW = datetime(2026, 1, 26, 9, tzinfo=UTC)


@pytest.fixture
def sent(run: Run, site: Path, now: str) -> Callable[[int], Path]:
    """A site whose issue so many readers got, one a minute."""

    def made(many: int) -> Path:
        with (site / "config.toml").open("a") as file:
            file.write('\n[delivery]\ntransport = "folder"\n')
        rows = "\n".join(["email", *(f"r{number}@readers.example" for number in range(many))])
        (site / "list.csv").write_text(rows)
        assert run("subscribers", "import", site / "list.csv", "--confirmed", "-C", site).exit_code == 0
        assert run("publish", "-C", site, "--now", now, "--yes").exit_code == 0
        assert run("send", "-C", site, "--yes").exit_code == 0
        with sqlite3.connect(site / "var/outbox.db") as database:
            at = NOW.timestamp()
            database.execute("UPDATE deliveries SET at = ? + 60 * (subscriber - 1)", (at,))
        database.close()
        return site

    return made


def test_the_report_in_words(run: Run, sent: Callable[[int], Path]) -> None:
    """How many of how many, when, each kind in percent, and a bar a minute."""
    done = run("report", "-C", sent(4))
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "weekly/1 · 4 of 4 sent, from 2026-01-26 09:00 UTC in 3 min"
    assert any(line.split() == ["sent", "4", "100.0"] for line in lines)
    assert any(line.split() == ["unsubscribed", "0", "0.00"] for line in lines)
    assert "sent      |████|" in lines
    assert "01-26 09:00 – 01-26 09:03 UTC; a bar is 60 s, 1 at most" in done.stdout


def test_the_report_in_json(run: Run, sent: Callable[[int], Path]) -> None:
    """One object with the same numbers and the points of the course."""
    told = json.loads(run("report", "weekly/1", "-C", sent(2), "--json").stdout)
    assert (told["issue"], told["owed"], told["states"]) == ("weekly/1", 2, {"sent": 2})
    assert told["sent"]["seconds"] == 60
    assert [point["number"] for point in told["sent"]["points"]] == [1, 1]
    assert told["sent"]["points"][0]["at"] == NOW.isoformat()
    assert told["came_back"]["points"] == []
    assert set(told["returned"]) == {"hard", "soft", "blocked", "complaint", "leaving"}


def test_failures_and_who_was_passed_over(run: Run, sent: Callable[[int], Path]) -> None:
    """By cause; percent are of what was owed, and who was passed over was owed nothing."""
    site = sent(5)
    with sqlite3.connect(site / "var/outbox.db") as database:
        database.execute(
            "UPDATE deliveries SET state = 'failed', cause = 'no such address' WHERE subscriber = 1"
        )
        database.execute("UPDATE deliveries SET state = 'skipped', cause = 'no topic' WHERE subscriber = 2")
    database.close()
    words = [line.split() for line in run("report", "-C", site).stdout.splitlines()]
    at = words.index(["failed", "1", "25.0"])
    assert words[at + 1] == ["no", "such", "address", "1", "25.0"]
    assert ["sent", "3", "75.0"] in words
    assert ["passed", "over:", "no", "topic", "1"] in words


def test_nothing_was_published(run: Run, site: Path) -> None:
    """1 and a hint; no outbox is needed to say so."""
    done = run("report", "-C", site)
    assert done.exit_code == 1
    assert "nothing of weekly was ever owed here" in done.output


def test_a_chart_of_eighths() -> None:
    """The highest is a whole block, nothing a gap, anything at least a line."""
    points = tuple((NOW + timedelta(minutes=5 * each), many) for each, many in enumerate((800, 0, 1, 400)))
    first, second = chart("sent", Course(seconds=300, points=points))
    assert first == "sent      |█ ▁▄|"
    assert second == "           01-26 09:00 – 01-26 09:15 UTC; a bar is 5 min, 800 at most"


@pytest.mark.parametrize("hours", [0, 0.3, 1, 9, 70, 24 * 40, 24 * 400])
def test_a_chart_fits_a_terminal(hours: float) -> None:
    """However long an issue took, at most sixty bars."""
    end = NOW + timedelta(hours=hours)
    found = course({NOW: 1, end: 2}, NOW, end)
    assert 1 <= len(found.points) <= 61
    assert found.seconds == stretch(end - NOW)
    assert found.points[-1][1] >= 2


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (89, "89 s"), (90, "2 min"), (720, "12 min"), (12_000, "3 h 20 min")]
)
def test_how_long(seconds: float, said: str) -> None:
    """As one says it."""
    assert duration(seconds) == said
