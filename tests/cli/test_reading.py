"""`import` shows what it found in loose text, and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.cli import console

LOOSE = """The Kettle and the Clock

Last updated: 2026-01-20
Category: wiki
#tea #time

A kettle takes four minutes. A clock agrees. This is a sentence with enough words to be an article about them.
"""


def test_import_shows_and_writes(run, site: Path, tmp_path: Path) -> None:
    """What was found is shown with how sure it is, and the article is written where --yes says so."""
    (tmp_path / "kettle.txt").write_text(LOOSE)
    shown = run("import", "kettle.txt", "-C", site)
    assert shown.exit_code == 3
    assert "The Kettle and the Clock" in shown.stdout
    assert "%" in shown.stdout
    assert "Nothing was written" in shown.stderr
    written = run("import", "kettle.txt", "-C", site, "--yes", "--tag", "日常")
    assert written.exit_code == 0
    name = written.stdout.splitlines()[-1].split(" → ")[1]
    assert "日常" in (site / name).read_text()
    titles = [each["title"] for each in json.loads(run("collect", "-C", site, "--json").stdout)["entries"]]
    assert "The Kettle and the Clock" in titles


def test_import_as_json(run, site: Path, tmp_path: Path) -> None:
    """The findings, their confidence and the path that was written are one object."""
    (tmp_path / "kettle.txt").write_text(LOOSE)
    result = run(
        "import", "kettle.txt", "-C", site, "--yes", "--json", "--date", "2026-01-24", "--kind", "wiki",
        "--title", "Kettles", "--language", "en",
    )  # fmt: skip
    (told,) = json.loads(result.stdout)["imported"]
    assert told["found"]["title"]["value"] == "The Kettle and the Clock"
    assert 0 < told["found"]["title"]["confidence"] <= 1
    assert "2026-01-24" in (site / told["written"]).read_text()


def test_import_goes_on_after_a_failure(run, site: Path, tmp_path: Path) -> None:
    """A file that is not there is told, the others are imported: partly done; none at all is an error."""
    (tmp_path / "kettle.txt").write_text(LOOSE)
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)) * 8)
    some = run("import", "gone.txt", "kettle.txt", "noise.txt", "-C", site, "--yes")
    assert some.exit_code == 5
    assert "gone.txt" in some.stderr
    assert "→" in some.stdout
    assert run("import", "gone.txt", "-C", site, "--yes").exit_code == 1


def test_title_is_for_one_file(run, site: Path) -> None:
    """--title with two files is a usage error."""
    assert run("import", "a.txt", "b.txt", "--title", "T", "-C", site).exit_code == 2


def test_import_asks_on_a_terminal(run, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each article is asked for; no keeps it out."""
    (tmp_path / "kettle.txt").write_text(LOOSE)
    monkeypatch.setattr(console.Terminal, "interactive", True)
    assert run("import", "kettle.txt", "-C", site, answers="n\n").exit_code == 3
    assert run("import", "kettle.txt", "-C", site, answers="y\n").exit_code == 0


def test_import_of_the_seeds(run, site: Path, seeds) -> None:
    """The three loose seeds are understood as the issue says: 002 gets no date unless one is given."""
    files = [seeds(number) for number in ("001", "002", "004")]
    result = run("import", *files, "-C", site, "--yes", "--json")
    assert result.exit_code == 0
    wiki, quotes, video = (each["found"] for each in json.loads(result.stdout)["imported"])
    assert (wiki["updated"]["value"], wiki["kind"]["value"]) == ("2026-05-20", "wiki")
    assert "date" not in quotes
    assert len(quotes["quotes"]["value"]) == 75
    assert video["date"]["value"] == "2026-01-23"
    assert video["author"]["value"] == "이호민"
    assert len(video["tags"]["value"]) == 5
    assert len(video["key_points"]["value"]) == 3


def test_a_finished_profile_goes_to_the_profiles(run, site: Path, tmp_path: Path) -> None:
    """A text that has a profile's front matter is filed where profiles are, as it is."""
    text = '---\ntitle: "Mei Lin"\nbirth_year: 1980\nnationality: TW\n---\n\nShe edits.\n'
    (tmp_path / "mei.txt").write_text(text)
    result = run("import", "mei.txt", "-C", site, "--yes")
    assert result.exit_code == 0
    name = result.stdout.splitlines()[-1].split(" → ")[1]
    assert name == "articles/profiles/mei-lin.md"
    assert (site / name).read_text() == text
