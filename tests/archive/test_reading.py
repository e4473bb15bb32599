"""Reading the record: every difference from what was sealed is found."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from digest.archive import asset_copies, load, manifest_of, read, seal, sealed, verify
from digest.errors import SealError


@pytest.fixture
def archive(tmp_path, make_issue, renditions, assets) -> Path:
    """An archive of two issues."""
    folder = tmp_path / "archive"
    for number in (1, 2):
        seal(folder, make_issue(number), renditions, assets)
    return folder


@pytest.mark.parametrize(
    "name", ["manifest.json", "issue.json", "email.html", "email.txt", "assets/0123456789abcdef-600.jpg"]
)
def test_flipped_byte(archive, name):
    """Whichever byte of whichever file flips, verify says which file it is."""
    path = archive / "weekly" / "2" / name
    whole = path.read_bytes()
    for place in {0, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
        data = bytearray(whole)
        data[place] ^= 1
        path.write_bytes(data)
        (problem,) = verify(archive, "old/archive")
        assert problem.position.path == f"old/archive/weekly/2/{name}"
        assert problem.rule == ("archive-manifest" if name == "manifest.json" else "archive-changed")
        assert problem.hint
    path.write_bytes(whole)
    assert verify(archive) == ()


def test_missing_and_extra(archive):
    """Files that are gone and files that were never sealed are found, in order of their names."""
    place = archive / "weekly" / "1"
    (place / "email.txt").unlink()
    (place / "assets" / "new.jpg").write_bytes(b"x")
    (place / "note.md").symlink_to("/etc/hostname")
    assert [(each.rule, each.position.path) for each in verify(archive)] == [
        ("archive-extra", "archive/weekly/1/assets/new.jpg"),
        ("archive-missing", "archive/weekly/1/email.txt"),
        ("archive-extra", "archive/weekly/1/note.md"),
    ]


def test_replaced_file(archive):
    """A symbolic link or a folder in a sealed file's place is a change, whatever it leads to."""
    place = archive / "weekly" / "1"
    shutil.copy(place / "email.txt", archive / "same.txt")
    (place / "email.txt").unlink()
    (place / "email.txt").symlink_to(archive / "same.txt")
    assert [each.rule for each in verify(archive)] == ["archive-changed"]
    (place / "email.txt").unlink()
    (place / "email.txt").mkdir()
    assert [each.rule for each in verify(archive)] == ["archive-missing"]


def test_unreadable_file(archive, monkeypatch):
    """A file that the disk will not give is a change."""
    real = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: _refuse() if path.name == "email.html" else real(path)
    )
    assert {each.rule for each in verify(archive)} == {"archive-changed"}


def _refuse() -> bytes:
    raise OSError(5, "Input/output error")


def test_missing_manifest(archive):
    """A folder without its manifest is found by verify, and stops a reader with its path and a hint."""
    path = archive / "weekly" / "1" / "manifest.json"
    path.unlink()
    assert [each.rule for each in verify(archive)] == ["archive-manifest"]
    with pytest.raises(SealError, match="cannot be read") as error:
        load(archive, "weekly", 1)
    assert error.value.subject == str(path)
    assert "digest archive verify" in error.value.hint
    with pytest.raises(SealError):
        sealed(archive)


def test_load_proves_the_issue(archive):
    """An issue is not read from a file that is not what was sealed."""
    path = archive / "weekly" / "1" / "issue.json"
    path.write_bytes(path.read_bytes().replace("測試週報".encode(), "騙子週報".encode()))
    with pytest.raises(SealError, match="is not what was sealed"):
        load(archive, "weekly", 1)


def test_renamed_folder(archive):
    """An issue under another number is refused: by its manifest, or by the issue itself."""
    (archive / "weekly" / "2").rename(archive / "weekly" / "3")
    with pytest.raises(SealError, match="is the manifest of weekly/2"):
        load(archive, "weekly", 3)
    assert [each.rule for each in verify(archive)] == ["archive-manifest"]
    (archive / "weekly").rename(archive / "daily")
    with pytest.raises(SealError, match="is the manifest of weekly/1"):
        manifest_of(archive, "daily", 1)


def test_issue_of_another_number(tmp_path, make_issue, monkeypatch):
    """A manifest that was made for another issue's text does not pass either."""
    from digest.archive import sealing as module

    monkeypatch.setattr(module, "dump_issue", lambda _: _other(make_issue))
    seal(tmp_path, make_issue(1), (), {})
    with pytest.raises(SealError, match="holds issue weekly/9"):
        load(tmp_path, "weekly", 1)


def _other(make_issue):
    from digest.archive import dump_issue

    return dump_issue(make_issue(9))


def test_sealed(archive, make_issue):
    """Issues are listed oldest first, those of one edition on request; strangers are passed by."""
    seal(
        archive,
        make_issue(1, edition="daily", date=datetime(2026, 1, 1, tzinfo=timezone(timedelta(0)))),
        (),
        {},
    )
    (archive / "README.md").write_text("ours")
    (archive / "weekly" / "notes").mkdir()
    (archive / "weekly" / ".3.tmp-0123").mkdir()
    (archive / "weekly" / "007").mkdir()
    assert [each.issue.id for each in sealed(archive)] == ["daily/1", "weekly/1", "weekly/2"]
    assert [each.issue.id for each in sealed(archive, "weekly")] == ["weekly/1", "weekly/2"]
    assert verify(archive) == ()


def test_nothing_sealed(tmp_path):
    """An archive that does not exist yet is empty, not an error."""
    assert sealed(tmp_path / "archive") == []
    assert verify(tmp_path / "archive") == ()


@pytest.mark.parametrize(("edition", "number"), [("weekly", 9), ("..", 1), ("a/b", 1), ("weekly", 0)])
def test_no_such_issue(archive, edition, number):
    """An issue that is not there, or a name that is none, is said to be so."""
    with pytest.raises(SealError):
        load(archive, edition, number)


def test_read(archive):
    """What is delivered comes from the record, proved against its manifest."""
    assert read(archive, "weekly", 1, "email.txt") == "一\n".encode()
    with pytest.raises(SealError, match="was sealed without"):
        read(archive, "weekly", 1, "../2/email.txt")
    (archive / "weekly" / "1" / "email.txt").write_text("二\n")
    with pytest.raises(SealError, match="is not what was sealed"):
        read(archive, "weekly", 1, "email.txt")


def test_manifest(archive):
    """The manifest tells the date of the issue and every file with its length."""
    found = manifest_of(archive, "weekly", 1)
    assert found.date == "2026-02-02T09:00:00+08:00"
    assert found.files["email.txt"].length == 4
    assert json.loads((archive / "weekly" / "1" / "manifest.json").read_bytes())["seal"] == found.seal


def test_asset_copies(archive):
    """Each asset has its place on the site."""
    copies = list(asset_copies(load(archive, "weekly", 2)))
    name = "assets/0123456789abcdef-600.jpg"
    assert copies == [(f"weekly/2/{name}", archive / "weekly" / "2" / name)]


def test_linked_assets_are_not_copied(archive, tmp_path):
    """An asset that is a link to another file is not published: what it leads to was never sealed."""
    issue = load(archive, "weekly", 2)
    asset = next(source for _, source in asset_copies(issue))
    (tmp_path / "secret").write_text("secret")
    asset.unlink()
    asset.symlink_to(tmp_path / "secret")
    with pytest.raises(SealError, match="is a link"):
        list(asset_copies(issue))
