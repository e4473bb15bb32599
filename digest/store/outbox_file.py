"""The outbox as a file: how it is opened and written, who may send from it, and room for a full disk."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from digest.errors import DigestError, StoreError
from digest.store.closing import Closing
from digest.store.connecting import log_ahead
from digest.store.locking import locked

BALLAST_BYTES: Final = 8 << 20
"""Bytes held back on the disk, so that what became of the last messages can be written when it is full."""

_VERSION: Final = 2
_BUSY_SECONDS: Final = 10.0
_TABLES: Final = """
CREATE TABLE issues (
  id INTEGER PRIMARY KEY,
  edition TEXT NOT NULL,
  number INTEGER NOT NULL,
  promised_at REAL NOT NULL,       -- published here: deliveries are owed
  fanned_at REAL,                  -- every delivery has its row
  begun_at REAL,                   -- the first sender began
  ended_at REAL,                   -- nothing is left to do
  paused TEXT NOT NULL DEFAULT '', -- why sending stopped until an editor resumes it
  watched INTEGER NOT NULL DEFAULT 1, -- whether many bounces pause it: no longer once an editor resumed it
  UNIQUE (edition, number)
);
CREATE TABLE deliveries (
  issue INTEGER NOT NULL REFERENCES issues (id),
  subscriber INTEGER NOT NULL,     -- the number in the people's database
  state TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0,
  at REAL NOT NULL DEFAULT 0,      -- when it came to this state
  next_at REAL NOT NULL DEFAULT 0, -- of a deferred one: when it is tried again
  cause TEXT NOT NULL DEFAULT '',  -- of a failed or skipped one: why, in a word
  reply TEXT NOT NULL DEFAULT '',  -- the server's last word, without the address
  PRIMARY KEY (issue, subscriber)
) WITHOUT ROWID;
"""

_TURNS: Final = ("CREATE TABLE turns (turn INTEGER NOT NULL)", "INSERT INTO turns VALUES (0)")
"""Since version 2: how often senders have begun and ended."""


class FullError(StoreError):
    """The disk has no room for what must be written."""


_HINTS: Final[Mapping[str, str]] = {
    "not a database": "it is another kind of file; restore var/outbox.db from a backup",
    "malformed": "it is damaged; restore the newest backup of var/",
    "readonly": "the file and its folder must be writable; check their owner and mode",
    "unable to open": "the folder must exist and be writable; check its owner and mode",
    "locked": "another program holds it; try again when that one is done",
    "full": "free some space, then run `digest send` again; nothing that left is forgotten",
    "No space": "free some space, then run `digest send` again; nothing that left is forgotten",
}


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk raise into a StoreError with the place and a hint."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        said = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
        hint = next((each for words, each in _HINTS.items() if words in said), "check the folder var/")
        full = (
            getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
            or getattr(error, "errno", 0) == errno.ENOSPC
        )
        kind = FullError if full else StoreError
        raise kind(f"the outbox cannot be used: {said}", subject=str(path), hint=hint) from error


class OutboxFile(Closing):
    """An open outbox as a file: its transactions, what is asked of it, and its close."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for reading and writing; made where there is none."""
        with faults_of(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            database = _connected(path)
            try:
                _prepare(database, path)
            except BaseException:
                database.close()
                raise
        return cls(database, path)

    @classmethod
    def peek(cls, path: Path) -> Self | None:
        """Open to look, None where there is no outbox yet."""
        return cls.open(path) if path.exists() else None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def check(self) -> None:
        """Read the whole file. Raises StoreError where it is damaged: who sends from that sends twice."""
        (found,) = self.read("PRAGMA quick_check(1)")[0]
        if found != "ok":
            raise StoreError(
                f"the outbox is damaged: {found}",
                subject=str(self.path),
                hint="nothing was sent; restore the newest backup of var/",
            )

    def read(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows that answer a question."""
        with faults_of(self.path):
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file from its beginning and is on the disk at its end."""
        with faults_of(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        log_ahead(database)
        for pragma in ("synchronous=FULL", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    if database.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
        return
    database.execute("BEGIN IMMEDIATE")  # two may open a new file at once
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found > _VERSION:
        raise StoreError(
            "the outbox was written by a newer digest", subject=str(path), hint="use that version, or newer"
        )
    for statement in _TABLES.split(";\n") if not found else ():
        database.execute(statement)
    if found < _VERSION:
        for statement in _TURNS:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {_VERSION}")
    database.execute("COMMIT")


def moment(seconds: float) -> datetime:
    """A time as it stands in the file: POSIX seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def moment_or_none(seconds: float | None) -> datetime | None:
    """The same of one that has not come where there is none, or 0."""
    return moment(seconds) if seconds else None


@contextmanager
def sole_sender(path: Path) -> Iterator[None]:
    """Be the only one who sends from an outbox; the kernel frees the lock however a process ends.

    Raises:
        DigestError: another process is sending, or the lock's file cannot be made.
    """
    place = path.with_suffix(".lock")
    with locked(place, "the outbox cannot be locked") as ours:
        if not ours:
            raise BusyError(
                "another digest is sending from this outbox",
                subject=str(place),
                hint="wait until it is done; `digest outbox` shows how far it is",
            )
        yield


class BusyError(DigestError):
    """Another process is sending."""


class Ballast:
    """Room on the disk that is kept for the hour when there is none."""

    def __init__(self, outbox: Path) -> None:
        """Beside an outbox."""
        self.path = outbox.with_suffix(".ballast")

    def lay(self) -> None:
        """Hold the bytes. Raises FullError where the disk has no room for them: nobody should send then."""
        with faults_of(self.path):
            if self.path.exists() and self.path.stat().st_size == BALLAST_BYTES:
                return
            try:
                # Written, not only reserved: a file with holes holds nothing.
                self.path.write_bytes(b"\xa5" * BALLAST_BYTES)
            except OSError:
                self.path.unlink(missing_ok=True)
                raise

    def free(self) -> bool:
        """Give the room back; whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
