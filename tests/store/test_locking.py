"""The lock of a file: one at a time, whoever waits gets it, and what the disk refuses is told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.store.locking import locked


def test_one_holds_it_and_the_next_is_told(tmp_path: Path) -> None:
    """Its folder is made with it; whoever finds it held is told so at once."""
    path = tmp_path / "var" / "any.lock"
    with locked(path, "no") as first, locked(path, "no") as second:
        assert (first, second) == (True, False)
    with locked(path, "no") as third:
        assert third


def test_who_waits_gets_it(tmp_path: Path) -> None:
    """With patience the second goes on as soon as the first is done."""
    path = tmp_path / "any.lock"
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        with locked(path, "no"):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=first)
    holder.start()
    held.wait(30)
    threading.Timer(0.1, done.set).start()
    with locked(path, "no", patience=30) as ours:
        assert ours
        assert done.is_set()
    holder.join()


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    """The sentence is the caller's, with the reason, the place and a way out."""
    (tmp_path / "var").write_text("no folder")
    with (
        pytest.raises(DigestError, match="the kiln cannot be locked: ") as caught,
        locked(tmp_path / "var" / "kiln.lock", "the kiln cannot be locked"),
    ):
        pass
    assert str(tmp_path / "var") in str(caught.value.subject)
    assert "writable" in caught.value.hint
