"""`archive` from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def published(run, site: Path, now: str) -> Path:
    """The scratch site with its first issue sealed."""
    assert run("publish", "-C", site, "--now", now, "--yes").exit_code == 0
    return site


def test_list(run, published: Path, site: Path) -> None:
    """Each sealed issue is a row, and an object."""
    assert "weekly/1" in run("archive", "list", "-C", published).stdout
    (told,) = json.loads(run("archive", "list", "-C", published, "--edition", "weekly", "--json").stdout)[
        "issues"
    ]
    assert (told["issue"], told["label"], len(told["seal"])) == ("weekly/1", "2026-W05", 64)


def test_list_of_nothing(run, site: Path) -> None:
    """Before the first issue the list is empty and says what to do."""
    result = run("archive", "list", "-C", site)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "digest publish" in result.stderr
    assert run("archive", "list", "-C", site, "--edition", "daily").exit_code == 2


def test_verify_finds_a_flipped_byte(run, published: Path) -> None:
    """An archive as sealed passes; one changed byte is found, with its file."""
    assert "1 issue as sealed." in run("archive", "verify", "-C", published).stdout.lower()
    path = published / "archive/weekly/1/email.html"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    result = run("archive", "verify", "-C", published)
    assert result.exit_code == 1
    assert "archive/weekly/1/email.html" in result.stderr
    said = json.loads(run("archive", "verify", "-C", published, "--json").stdout)
    assert said["issues"] == 1
    assert said["problems"][0]["origin"] == "archive/weekly/1/email.html"


def test_build_makes_the_site_again(run, published: Path) -> None:
    """public/ and the database can be deleted and come back the same; a second build changes nothing."""
    before = {each: each.read_bytes() for each in (published / "public").rglob("*.html")}
    shutil.rmtree(published / "public")
    shutil.rmtree(published / "var")
    result = run("archive", "build", "-C", published)
    assert result.exit_code == 0
    assert "1 issue recorded" in result.stderr.lower()
    assert {each: each.read_bytes() for each in (published / "public").rglob("*.html")} == before
    assert json.loads(run("archive", "build", "-C", published, "--json").stdout)["changed"] == 0


def test_build_counts_what_it_wrote_in_a_fresh_clone(run, published: Path) -> None:
    """Where neither site nor database is there, the files that were written are counted."""
    shutil.rmtree(published / "public")
    shutil.rmtree(published / "var")
    told = json.loads(run("archive", "build", "-C", published, "--json").stdout)
    assert told["recorded"] == 1
    assert told["changed"] > 1


def test_verify_counts_an_issue_without_its_manifest(run, published: Path) -> None:
    """An issue whose manifest is gone is an issue still."""
    (published / "archive/weekly/1/manifest.json").unlink()
    assert "1 error in 1 issue." in run("archive", "verify", "-C", published).stderr


def test_publish_makes_good_a_stop_after_the_seal(run, now: str, published: Path) -> None:
    """A publish that was killed between seal and site is made good by the next one, though nothing is new."""
    shutil.rmtree(published / "public")
    assert run("publish", "-C", published, "--yes", "--now", now).exit_code == 4
    assert (published / "public/weekly/1/index.html").is_file()


def test_a_group_takes_global_options(run, site: Path) -> None:
    """`digest archive --json list` is `digest --json archive list`."""
    assert json.loads(run("archive", "-C", site, "--json", "list").stdout) == {"issues": []}
