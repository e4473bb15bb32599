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
