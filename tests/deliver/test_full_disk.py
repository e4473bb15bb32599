"""A disk that is full in the middle of a send: a small tmpfs where one may be mounted, and SQLITE_FULL."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.store.outbox import Outbox
from digest.store.outbox_file import BALLAST_BYTES, Ballast, FullError
from tests.deliver.outgoing import FAST, missing, owed, send, states
from tests.servers.smtp import Answer, MailServer, Session

pytestmark = pytest.mark.network
MANY = 400
SIZE = BALLAST_BYTES + (2 << 20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A file system of 10 MB; None where nobody may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    line = [str(mount), "-t", "tmpfs", "-o", f"size={SIZE}", "digest-test", str(folder)]
    if mount is None or umount is None or subprocess.run(line, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take every byte that is left on a disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def grow(path: Path) -> None:
    """Let the outbox's log be as small as it gets, so that the next commit needs room."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def test_a_full_disk_loses_nobody_and_sends_nothing_unrecorded(
    small_disk: Path | None, tmp_path: Path
) -> None:
    """It stops with a sentence before an unmarked body leaves, writes what left, and goes on with room."""
    path = (small_disk or tmp_path) / "outbox.db"
    owed(path, range(1, MANY + 1))
    Ballast(path).lay()
    grow(path)
    filler: list[Path] = []

    def script(session: Session, step: str, _: str) -> Answer:
        if step == "DOT" and len(session.server.taken) >= 20 and not filler and small_disk:
            filler.append(fill(small_disk))
        return None

    policy = replace(FAST, hold=True)
    with MailServer(script) as server:
        if small_disk:
            with pytest.raises(FullError) as caught:
                send(path, server.port, policy)
            assert "full" in caught.value.sentence
            assert "free some space" in caught.value.hint
            left = len(server.taken)
            assert 20 <= left < MANY
            found = states(path)
            assert found.get("sent", 0) == left, f"{left} left, {found} are written"
            assert not Ballast(path).path.exists()
            filler[0].unlink()
        Ballast(path).lay()
        send(path, server.port, policy)
    assert not missing(path, server.counts)
    assert set(server.counts.values()) == {1}
    assert states(path) == {"sent": MANY}


def test_nobody_sends_where_the_ballast_has_no_room(small_disk: Path | None, tmp_path: Path) -> None:
    """Too little room is told before anything leaves, and no half of the ballast stays."""
    if small_disk is None:
        return
    (small_disk / "other").write_bytes(b"x" * (4 << 20))
    ballast = Ballast(small_disk / "outbox.db")
    with pytest.raises(FullError) as caught:
        ballast.lay()
    assert "free some space" in caught.value.hint
    assert not ballast.path.exists()


def test_a_database_that_may_not_grow_stops_before_the_next_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLITE_FULL of SQLite itself: nothing more leaves, what was marked is settled by the next run."""
    path = tmp_path / "outbox.db"
    owed(path, range(1, MANY + 1))
    limited: list[sqlite3.Connection] = []
    real = Outbox.open.__func__  # type: ignore[attr-defined]

    def opened(kind: type[Outbox], at: Path) -> Outbox:
        made = real(kind, at)
        limited.append(made._database)
        return made

    monkeypatch.setattr(Outbox, "open", classmethod(opened))

    def script(session: Session, step: str, _: str) -> Answer:
        return "451 4.3.0 " + "later " * 40 if step == "RCPT" and len(session.server.taken) < MANY else None

    with MailServer(script) as server:

        def say(_: object) -> None:
            pages = limited[-1].execute("PRAGMA page_count").fetchone()[0]
            limited[-1].execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(FullError):
            send(path, server.port, replace(FAST, first_backoff=3600), say=say)
        assert sum(states(path).values()) == MANY
    with MailServer() as server, sqlite3.connect(path) as database:
        database.execute("UPDATE deliveries SET next_at = 0 WHERE state = 'deferred'")
        database.commit()
        send(path, server.port)
    database.close()
    assert states(path) == {"sent": MANY}
    assert not missing(path, server.counts)
