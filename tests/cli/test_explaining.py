"""`digest why` and `digest status` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import NOW, Run

LATER = "2026-02-16T09:00:00+08:00"
SCHEDULE = '[editions.schedule]\nday = "monday"\ntime = "09:00"\nneeds_approval = true\n'
WAITING = "---\ntitle: 下個月的潮汐表\ndate: 2026-03-01\ntags: [科學]\n---\n\n還沒到。\n"
OVER = "---\ntitle: 過期的票\ndate: 2026-01-20\nexpires: 2026-01-21\ntags: [科學]\n---\n\n過了。\n"


@pytest.fixture
def published(run: Run, site: Path) -> Path:
    """The scratch site with a schedule and one issue; then a profile changes, and something waits."""
    with (site / "config.toml").open("a") as config:
        config.write(SCHEDULE)
    assert run("approve", "-C", site, "--now", NOW).exit_code == 0
    assert run("publish", "-C", site, "--now", NOW, "--yes").exit_code == 0
    path = site / "articles/profiles/surveyor.md"
    path.write_text(path.read_text().replace("position: 測量師", "position: 首席測量師"))
    (site / "articles/later.md").write_text(WAITING)
    return site


def test_why_of_what_was_published(run: Run, published: Path) -> None:
    """Its dates with their origin and line, the issue that had it with its address, and what comes next."""
    said = run("why", "tea", "-C", published, "--now", LATER).stdout
    assert said.startswith("茶樹為什麼怕鹼性土壤\n")
    assert "2026-01-23 10:00, by its front matter, line 3" in said
    assert "weekly/1 had it as new" in said
    assert "it was in no issue yet." in said
    assert "https://scratch.example/weekly/1/" in said
    assert "weekly/2 leaves it out: nothing in it that counts changed since readers last had it." in said
    assert "unchanged" in said


def test_why_of_what_changed_and_of_what_waits(run: Run, published: Path) -> None:
    """A change is told as readers will have it; what waits says until when."""
    said = run("why", "lin-surveyor", "-C", published, "--now", LATER).stdout
    assert "weekly/2 has it, among the profiles: enough changed since readers last had it" in said
    assert "Position: 測量師 → 首席測量師" in said
    said = run("why", "later", "-C", published, "--now", LATER).stdout
    assert "weekly/2 holds it back until 2026-03-01 00:00: its date is still to come" in said


def test_why_of_what_ended_and_of_what_is_gone(run: Run, published: Path) -> None:
    """An end, and a file that is there no more, are told as they are."""
    (published / "articles/over.md").write_text(OVER)
    said = run("why", "over", "-C", published, "--now", LATER).stdout
    assert "expires  2026-01-21" in said
    assert "leaves it out: its expiry date has come" in said
    (published / "articles/tea.md").unlink()
    said = run("why", "tea", "-C", published, "--now", LATER).stdout
    assert "articles/tea.md, which is gone" in said
    assert "weekly/2 cannot have it: it is gone from the sources." in said


def test_why_as_an_object(run: Run, published: Path) -> None:
    """`--json` gives the story with each decision's rule and its sentence."""
    told = json.loads(run("why", "later", "-C", published, "--now", LATER, "--json").stdout)
    (edition,) = told["editions"]
    assert told["date"] == {"at": "2026-03-01T00:00:00+08:00", "day_only": True, "from": "front matter"}
    assert edition["decision"]["rule"] == "future-date"
    assert edition["decision"]["because"] == "its date is still to come"
    assert edition["decision"]["until"] == "2026-03-01T00:00:00+08:00"
    assert edition["issues"] == []
    told = json.loads(run("why", "tea", "-C", published, "--now", LATER, "--json").stdout)
    assert [each["issue"] for each in told["editions"][0]["issues"]] == ["weekly/1"]


def test_why_of_nobody(run: Run, published: Path) -> None:
    """An unknown name is a usage error with the nearest names."""
    done = run("why", "surveyer", "-C", published, "--now", LATER)
    assert done.exit_code == 2
    assert "no entry is called 'surveyer'" in done.stderr
    assert "did you mean" in done.stderr


def test_status_of_an_edition(run: Run, published: Path) -> None:
    """What is next and when, that it waits for a word, what is in it, what waits, and what was last."""
    done = run("status", "-C", published, "--now", "2026-02-14T09:00:00+08:00")
    assert done.exit_code == 0
    assert "weekly/2, Monday 2026-02-16 09:00 Asia/Taipei, in 2 d 0 h" in done.stdout
    assert "not yet, and its slot waits for that: `digest approve`" in done.stdout
    assert "0 articles, 0 min · 1 profile" in done.stdout
    assert "updated   林測量" in done.stdout
    assert "下個月的潮汐表" in done.stdout
    assert "until 2026-03-01 00:00: its date is still to come" in done.stdout
    assert "last      weekly/1, 2026-01-26, 2026-W05: " in done.stdout
    assert "5 entries; 0 errors, 0 warnings" in done.stdout


def test_status_tells_the_editors_word(run: Run, published: Path) -> None:
    """A hold with its reason, and an approval with the time that is pinned."""
    run("approve", "-C", published, "--now", LATER)
    run("hold", "-C", published, "--reason", "the cover")
    said = run("status", "-C", published, "--now", LATER).stdout
    assert ": the cover" in said
    assert "as it is made at 2026-02-16 09:00" in said
    assert "Monday 2026-02-16 09:00 Asia/Taipei, due now" in said
    told = json.loads(run("status", "-C", published, "--now", LATER, "--json").stdout)
    (edition,) = told["editions"]
    assert edition["hold"]["reason"] == "the cover"
    assert edition["approved"]["now"].startswith("2026-02-16T")
    assert edition["issue"]["profiles"] == ["articles/profiles/surveyor.md"]
    assert [each["rule"] for each in edition["waiting"]] == ["future-date"]
    assert edition["last"]["issue"] == "weekly/1"


def test_status_before_any_issue(run: Run, site: Path) -> None:
    """Without schedule and archive that is what it says; many that wait are counted."""
    for n in range(12):
        (site / f"articles/wait{n}.md").write_text(WAITING.replace("03-01", f"03-{n + 1:02}"))
    said = run("status", "-C", site, "--now", NOW).stdout
    assert "weekly/1, when you publish it: the edition has no schedule" in said
    assert "No issue is sealed yet." in said
    assert "… and 4 more; -v lists all" in said
    assert "2026-03-12" in run("status", "-v", "-C", site, "--now", NOW).stdout
    assert all(cell_len(line.rstrip()) <= 160 for line in said.splitlines())


def test_status_where_nothing_is_new(run: Run, site: Path) -> None:
    """An edition whose issue is out has nothing in it, and that is no error."""
    run("publish", "-C", site, "--now", NOW, "--yes")
    done = run("status", "-C", site, "--now", NOW)
    assert done.exit_code == 0
    assert "in it  Nothing is new." in done.stdout
