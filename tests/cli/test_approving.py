"""`approve`, `hold` and `skip`, and what the slot and `publish` make of them."""

import json
import sqlite3
from pathlib import Path

import pytest

SLOT = "2026-01-26T09:00:30+08:00"
LATER = "2026-01-26T10:00:00+08:00"
NEXT = "2026-02-02T09:00:30+08:00"


@pytest.fixture
def weekly(site: Path) -> Path:
    """A site whose slot publishes only what is approved."""
    with (site / "config.toml").open("a") as file:
        file.write('\n[editions.schedule]\nday = "monday"\ntime = "09:00"\nneeds_approval = true\n')
    return site


def at_slot(run, site: Path, at: str = SLOT):
    return run("run", "--once", "-C", site, "--now", at)


def approve(run, site: Path, *words: str, now: str = "2026-01-26T09:00:00+08:00"):
    return run("approve", "-C", site, "--now", now, *words)


def sealed(site: Path, number: int = 1) -> bool:
    return (site / "archive" / "weekly" / str(number)).is_dir()


def rewrite(site: Path, name: str, old: str, new: str) -> None:
    path = site / name
    path.write_text(path.read_text().replace(old, new))


def test_a_slot_waits_for_approval(run, weekly: Path) -> None:
    """Without approval nothing is published, and the slot stays open (exit 3); approved, it is made."""
    result = at_slot(run, weekly)
    assert result.exit_code == 3
    assert "weekly/1 waits for approval" in result.stderr
    assert "`digest approve weekly/1`" in result.stderr
    assert not sealed(weekly)
    assert approve(run, weekly).exit_code == 0
    assert at_slot(run, weekly, LATER).exit_code == 0
    record = json.loads((weekly / "archive/weekly/1/issue.json").read_text())
    assert record["date"] == "2026-01-26T09:00:00+08:00", "it is dated as it was approved"
    again = at_slot(run, weekly, LATER)
    assert (again.exit_code, "done before weekly/1" in again.stdout) == (0, True)


def test_approval_pins_hash_and_time(run, weekly: Path) -> None:
    """Said again of the same draft it changes nothing; what is sealed has the hash that was approved."""
    first = json.loads(approve(run, weekly, "--json").stdout)
    second = json.loads(approve(run, weekly, "weekly/1", "--json").stdout)
    assert (first["changed"], second["changed"], first["hash"]) == (True, False, second["hash"])
    assert "as it was before" in approve(run, weekly).stdout
    at_slot(run, weekly)
    assert json.loads((weekly / "archive/weekly/1/manifest.json").read_text())["seal"] == first["hash"]


def test_new_entries_since_do_not_slip_in(run, weekly: Path) -> None:
    """What drifted is told by entry and file, nothing is sealed (exit 3), and a new word lets it go."""
    approve(run, weekly)
    (weekly / "articles/new.md").write_text("---\ntitle: New\ndate: 2026-01-25\n---\nWords.\n")
    rewrite(weekly, "articles/clocks.md", "Railways needed one time.", "Railways needed no time.")
    (weekly / "articles/tea.md").unlink()
    result = at_slot(run, weekly)
    assert result.exit_code == 3
    for told in (
        "weekly/1 is not what was approved",
        "new articles/new.md",
        "gone articles/tea.md",
        "changed articles/clocks.md",
        "email.html",
    ):
        assert told in result.stderr
    assert not sealed(weekly)
    by_hand = run("publish", "-C", weekly, "--now", SLOT, "--yes")
    assert (by_hand.exit_code, "not what was approved" in by_hand.stderr) == (3, True)
    approve(run, weekly)
    assert at_slot(run, weekly, LATER).exit_code == 0


def test_a_changed_look_is_drift_too(run, weekly: Path) -> None:
    """Where no entry changed, the files that differ are told."""
    approve(run, weekly)
    rewrite(weekly, "config.toml", "1 Test Road", "2 Test Road")
    result = at_slot(run, weekly)
    assert "email.html, email.txt differ" in result.stderr
    rewrite(weekly, "config.toml", "2 Test Road", "1 Test Road")
    assert at_slot(run, weekly, LATER).exit_code == 0


def test_nothing_left_of_what_was_approved(run, weekly: Path) -> None:
    """An approved issue of which nothing is left waits: it is not "nothing new"."""
    approve(run, weekly)
    for path in weekly.rglob("articles/**/*.md"):
        path.unlink()
    result = at_slot(run, weekly)
    assert (result.exit_code, "nothing is left" in result.stderr) == (3, True)


def test_undated_entries_do_not_drift(run, weekly: Path) -> None:
    """An entry that nothing dates has the same first sight at the slot, also after a collect in between."""
    run("collect", "-C", weekly, "--now", "2026-01-20T09:00:00+08:00")
    (weekly / "articles/undated.md").write_text("---\ntitle: Undated\n---\nWords.\n")
    approve(run, weekly)
    run("collect", "-C", weekly, "--now", "2026-01-26T09:00:10+08:00")
    assert at_slot(run, weekly).exit_code == 0


def test_withdrawn(run, weekly: Path) -> None:
    """An approval is taken back; twice says so."""
    approve(run, weekly)
    assert "approved no more" in approve(run, weekly, "--withdraw").stdout
    assert "was not approved" in approve(run, weekly, "--withdraw").stdout
    assert at_slot(run, weekly).exit_code == 3


def test_publish_by_hand_follows_the_approval(run, weekly: Path) -> None:
    """Who publishes by hand needs no approval; where there is one, its time is the issue's."""
    approve(run, weekly, now="2026-01-25T12:00:00+08:00")
    assert run("publish", "-C", weekly, "--now", SLOT, "--yes").exit_code == 0
    record = json.loads((weekly / "archive/weekly/1/issue.json").read_text())
    assert record["date"] == "2026-01-25T12:00:00+08:00"
    (weekly / "articles/more.md").write_text("---\ntitle: More\ndate: 2026-01-30\n---\nWords.\n")
    assert run("publish", "-C", weekly, "--now", NEXT, "--yes").exit_code == 0


def test_held(run, weekly: Path) -> None:
    """Neither slot nor hand publishes it; the reason is told; held twice is once; approving releases it."""
    assert "is held: a doubt" in run("hold", "weekly/1", "-C", weekly, "--reason", " a  doubt ").stdout
    assert "held already" in run("hold", "-C", weekly).stdout
    for result in (at_slot(run, weekly), run("publish", "-C", weekly, "--now", SLOT, "--yes")):
        assert result.exit_code == 3
        assert "weekly/1 is held: a doubt" in result.stderr
        assert "--release" in result.stderr
    approve(run, weekly)
    assert at_slot(run, weekly, LATER).exit_code == 0


def test_released(run, weekly: Path) -> None:
    """A hold keeps the approval for when it is released."""
    approve(run, weekly)
    run("hold", "-C", weekly)
    assert at_slot(run, weekly).exit_code == 3
    assert json.loads(run("hold", "-C", weekly, "--release", "--json").stdout)["changed"] is True
    assert "was not held" in run("hold", "-C", weekly, "--release").stdout
    assert at_slot(run, weekly, LATER).exit_code == 0
    assert run("hold", "-C", weekly, "--release", "--reason", "x").exit_code == 2


def test_skipped(run, weekly: Path) -> None:
    """The slot goes by without an issue, and its entries come at the one after it."""
    rewrite(weekly, "config.toml", "needs_approval = true", "needs_approval = false")
    before = ("skip", "-C", weekly, "--now", "2026-01-24T09:00:00+08:00")
    assert "No issue of weekly on 2026-01-26 09:00" in run(*before).stdout
    assert "was skipped already" in run(*before).stdout
    result = at_slot(run, weekly)
    assert (result.exit_code, result.stdout.strip()) == (0, "weekly: skipped")
    assert not sealed(weekly)
    assert at_slot(run, weekly, NEXT).exit_code == 0
    record = json.loads((weekly / "archive/weekly/1/issue.json").read_text())
    assert record["date"].startswith("2026-02-02")


def test_skipped_while_it_waits_and_made_after_all(run, weekly: Path) -> None:
    """A slot that has come and waits may be skipped; undone, it is made while it is not too late."""
    at_slot(run, weekly)
    said = json.loads(run("skip", "weekly/1", "-C", weekly, "--now", LATER, "--json").stdout)
    assert said == {"issue": "weekly/1", "slot": "2026-01-26T09:00", "skipped": True, "changed": True}
    approve(run, weekly)
    assert at_slot(run, weekly, LATER).exit_code == 0
    assert not sealed(weekly)
    assert "after all" in run("skip", "-C", weekly, "--now", LATER, "--undo").stdout
    assert "was not skipped" in run("skip", "-C", weekly, "--now", LATER, "--undo").stdout
    at_slot(run, weekly, LATER)
    assert sealed(weekly)


def test_the_slot_of_an_approval_is_the_next_that_is_not_skipped(run, weekly: Path) -> None:
    """Without --now a draft is approved as of its slot, which lies ahead."""
    said = json.loads(run("approve", "-C", weekly, "--since", "2026-01-01T00:00:00Z", "--json").stdout)
    assert said["now"].endswith("T09:00:00+08:00")
    run("skip", "-C", weekly)
    later = json.loads(run("approve", "-C", weekly, "--since", "2026-01-01T00:00:00Z", "--json").stdout)
    assert later["now"] > said["now"]


def test_a_crash_after_the_seal_of_what_was_approved(run, weekly: Path) -> None:
    """Who died between seal and slot's row: the next look finds the issue, though it is dated before."""
    approve(run, weekly)
    at_slot(run, weekly)
    with sqlite3.connect(weekly / "var/digest.db") as database:
        database.execute("UPDATE slots SET outcome = NULL")
    (weekly / "articles/new.md").write_text("---\ntitle: New\ndate: 2026-01-26\n---\nWords.\n")
    result = at_slot(run, weekly, LATER)
    assert (result.exit_code, "published weekly/1" in result.stdout) == (0, True)
    assert not sealed(weekly, 2)


def test_wrong_words(run, weekly: Path) -> None:
    """Only the next issue can be approved, held or skipped."""
    approve(run, weekly)
    at_slot(run, weekly)
    for command in ("approve", "hold", "skip"):
        gone = run(command, "weekly/1", "-C", weekly)
        assert (gone.exit_code, "is sealed" in gone.stderr) == (2, True)
        far = run(command, "weekly/9", "-C", weekly)
        assert (far.exit_code, "that is weekly/2" in far.stderr) == (2, True)
        assert run(command, "monthly", "-C", weekly).exit_code == 2
    rewrite(weekly, "config.toml", "[editions.schedule]", "[editions.scheduled]")
    assert approve(run, weekly).exit_code == 1


def test_what_is_not_to_be_published_is_not_approved(run, site: Path) -> None:
    """An error in the overrides stops the approval; without a schedule there is nothing to skip."""
    path = site / "issues" / "weekly" / "1.toml"
    path.parent.mkdir(parents=True)
    path.write_text('skip = ["tea"]\n')
    assert approve(run, site).exit_code == 3
    path.unlink()
    assert approve(run, site, now="2020-01-01T00:00:00Z").exit_code == 4
    result = run("skip", "-C", site)
    assert (result.exit_code, "has no schedule" in result.stderr) == (2, True)


def test_skipping_takes_back_the_approval_for_that_slot(run, weekly: Path) -> None:
    """What was approved for a slot would be dated by it: the next one wants a new word."""
    approve(run, weekly)
    result = run("skip", "-C", weekly, "--now", "2026-01-26T08:00:00+08:00")
    assert "is taken back" in result.stderr
    assert at_slot(run, weekly, NEXT).exit_code == 3
