"""The inbox on disk: nothing half written, nothing of an editor's lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digest.collect.feeds.filing import State, write
from digest.errors import DigestError

NAME = "2026-01-20-tea-abcdefgh.md"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "articles" / "inbox"


def test_a_new_file_makes_its_folder(inbox: Path) -> None:
    """It is readable to all, and alone in its folder."""
    made = write(inbox, NAME, "茶\n")
    assert (made.state, made.path, made.path.read_text()) == (State.NEW, inbox / NAME, "茶\n")
    assert made.path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in inbox.iterdir()] == [NAME]


def test_writing_the_same_again_changes_nothing(inbox: Path) -> None:
    """Not even the time of the file."""
    first = write(inbox, NAME, "one")
    before = first.path.stat().st_mtime_ns
    assert write(inbox, NAME, "one", before=first.hash).state is State.UNCHANGED
    assert write(inbox, NAME, "one").state is State.UNCHANGED
    assert first.path.stat().st_mtime_ns == before


def test_only_what_we_wrote_is_replaced(inbox: Path) -> None:
    """An editor's change stays, also after it was changed twice; an unknown file is taken for an editor's."""
    first = write(inbox, NAME, "one")
    second = write(inbox, NAME, "two", before=first.hash)
    assert (second.state, second.path.read_text()) == (State.UPDATED, "two")
    second.path.write_text("edited")
    kept = write(inbox, NAME, "three", before=second.hash)
    assert (kept.state, kept.hash, kept.path.read_text()) == (State.KEPT, second.hash, "edited")
    assert write(inbox, NAME, "three", before=first.hash).state is State.KEPT
    assert write(inbox, NAME, "three").state is State.KEPT
    assert [each.name for each in inbox.iterdir()] == [NAME]


def test_the_same_item_under_another_name(inbox: Path) -> None:
    """A title or a day that changed makes no second file."""
    first = write(inbox, NAME, "one")
    other = write(inbox, "2026-01-21-winter-tea-abcdefgh.md", "two", before=first.hash)
    assert (other.state, other.path) == (State.UPDATED, inbox / NAME)
    assert write(inbox, "2026-01-21-winter-tea-zzzzzzzz.md", "two").state is State.NEW


def test_a_disk_that_refuses(inbox: Path) -> None:
    """A file where the folder should be, a folder where the file should be, no right to write: one error."""
    inbox.parent.mkdir(parents=True)
    inbox.write_text("a file")
    with pytest.raises(DigestError, match=NAME):
        write(inbox, NAME, "x")
    inbox.unlink()
    (inbox / NAME).mkdir(parents=True)
    with pytest.raises(DigestError, match=NAME):
        write(inbox, NAME, "x")


def test_nothing_half_written_stays(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails at the last step leaves what was there, and no temporary file."""
    first = write(inbox, NAME, "one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DigestError, match="no space left"):
        write(inbox, NAME, "two", before=first.hash)
    monkeypatch.setattr(os, "link", full)
    with pytest.raises(DigestError, match="no space left"):
        write(inbox, "2026-01-21-x-qqqqqqqq.md", "two")
    assert {each.name: each.read_text() for each in inbox.iterdir()} == {NAME: "one"}
