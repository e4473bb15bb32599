"""Connecting: to SQLite with the settings that keep promises, to PostgreSQL by its URL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError

from digest.errors import StoreBusyError, StoreError

READS: Final = "digest_reads"
"""The execution option of a connection that only reads, so that on SQLite it waits for no writer."""

AT_ONCE: Final = "digest_at_once"
"""The execution option of a connection that writes, if nobody else does: its begin raises StoreBusyError."""

_BUSY_SECONDS: Final = 10
_BUSY_PAUSE: Final = 0.01
_HINTS: Final = {
    "not a database": "it is another kind of file; move it away, and digest makes a new one from the archive",
    "malformed": "it is damaged; move it away, and digest makes a new one from the archive",
    "readonly": "the file and its folder must be writable; check their owner and mode",
    "unable to open": "the folder must exist and be writable; check its owner and mode",
    "locked": "another program holds it; try again when that one is done",
    "disk I/O": "the disk is full or fails, or a folder stands in its place; mend that and try again",
    "full": "free some space and run the command again; nothing was half-written",
    "connection": "check [database] url, and that the server is up",
}


def located(url: str, root: Path) -> URL:
    """The database's URL, a relative SQLite path taken from the site's folder. Raises StoreError."""
    try:
        made = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        raise StoreError(
            "[database] url is not an SQLAlchemy URL",
            subject="[database] url",
            hint="such as sqlite:///var/digest.db or postgresql://user@host/name",
        ) from error
    if made.get_backend_name() == "sqlite":
        if made.database in (None, "", ":memory:"):
            raise StoreError(
                "[database] url names no file", subject=url, hint="such as sqlite:///var/digest.db"
            )
        return made.set(database=str(root / str(made.database)))
    return made


def place(url: URL) -> str:
    """The database as it is named to an editor: its file, or its URL without the password."""
    return str(url.database) if is_sqlite(url) else url.render_as_string(hide_password=True)


def is_sqlite(url: URL) -> bool:
    """Whether the database is an SQLite file."""
    return url.get_backend_name() == "sqlite"


@contextmanager
def faults_of(url: URL) -> Iterator[None]:
    """Turn what the database and the disk raise into a StoreError with the place and a hint."""
    try:
        yield
    except DBAPIError as error:
        raise _fault(url, str(error.orig)) from error
    except OSError as error:
        raise _fault(url, str(error.strerror or error)) from error
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        hint = "pip install 'digest[postgresql]'"
        raise StoreError(
            f"the database's driver is missing: {error}", subject=place(url), hint=hint
        ) from error


def _fault(url: URL, message: str) -> StoreError:
    first = message.strip().split("\n")[0]
    hint = next((hint for words, hint in _HINTS.items() if words in first), "check [database] url")
    return StoreError(f"the database cannot be used: {first}", subject=place(url), hint=hint)


def engine(url: URL, *, read_only: bool = False, tidies: bool = True) -> Engine:
    """An engine whose transactions are real ones on SQLite too.

    SQLite runs in WAL mode, checks foreign keys, waits for locks and syncs fully at each commit: what we
    record must outlive a power cut. A transaction takes its write lock at once, so none fails half-way;
    unless its connection says that it only reads (READS). `tidies` lets the commit that finds SQLite's log
    long take it into the file, which costs that one some syncs more.
    """
    if not is_sqlite(url):
        # NullPool: a command asks a few questions and ends; nothing is to be left open behind it.
        return sa.create_engine(
            url, poolclass=sa.NullPool, execution_options={"postgresql_readonly": read_only}
        )
    return _sqlite(url, read_only=read_only, tidies=tidies)


def _sqlite(url: URL, *, read_only: bool, tidies: bool) -> Engine:
    path = Path(str(url.database))
    made = sa.create_engine(
        "sqlite://", creator=lambda: _connect(path, read_only=read_only), poolclass=sa.NullPool
    )
    if not read_only:
        # Kept open: whoever closes a file's last connection writes its log back and deletes it, with syncs
        # of its own, which cost each request ten times what it wrote.
        made = sa.create_engine(
            "sqlite://",
            creator=lambda: _connect(path, read_only=False, tidies=tidies),
            poolclass=sa.QueuePool,
            pool_size=4,
            max_overflow=-1,
        )
        sa.event.listen(made, "connect", lambda _, record: record.info.update(file=_identity(path)))
        sa.event.listen(made, "checkout", lambda _, record, __: _refuse_another(record.info["file"], path))

    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        # The driver itself begins late, and never before DDL: a migration would not be one transaction.
        options = connection.get_execution_options()
        if options.get(AT_ONCE):
            _begin_at_once(connection)
        else:
            straight(connection, "BEGIN" if read_only or options.get(READS) else "BEGIN IMMEDIATE")

    return made


def _begin_at_once(connection: sa.Connection) -> None:
    """Take the write lock if nobody has it. Raises StoreBusyError where somebody does."""
    straight(connection, "PRAGMA busy_timeout = 0")
    try:
        straight(connection, "BEGIN IMMEDIATE")
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreBusyError("another program is writing to the database") from error
        raise
    finally:
        straight(connection, f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")


def straight(connection: sa.Connection, query: str, values: Sequence[object] = ()) -> Any:
    """Ask the driver itself, in the transaction of a connection; returns the driver's cursor.

    For the few statements that somebody waits for who leaves while an issue is being sent: what SQLAlchemy
    does around a statement takes many times as long as the statement (benchmarks/leaving.py). Values stand
    as `?`, in words that SQLite and PostgreSQL both understand; moments go in as `tables.kept` gives them.

    Raises:
        DBAPIError: as SQLAlchemy itself; no value stands in it.
    """
    driver: Any = connection.connection.driver_connection
    try:
        return driver.execute(_spoken(query, connection.dialect.paramstyle), values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(query, None, error) from error


@lru_cache(maxsize=64)
def _spoken(query: str, paramstyle: str) -> str:
    return query if paramstyle == "qmark" else query.replace("?", "%s")


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _refuse_another(known: tuple[int, int], path: Path) -> None:
    """Let the pool connect anew where another file, such as a backup, was put in the place of ours."""
    try:
        same = _identity(path) == known
    except OSError:
        same = False
    if not same:
        raise DisconnectionError


def _connect(path: Path, *, read_only: bool, tidies: bool = True) -> sqlite3.Connection:
    if read_only:
        # Without a log beside it nobody is writing, and then reading need not make one either.
        quiet = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
        return _opened(f"{path.absolute().as_uri()}?mode=ro{quiet}")
    made = _opened(path.absolute().as_uri())
    try:
        log_ahead(made)
        # secure_delete: who is erased must not stand in the file's free pages.
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            made.execute(f"PRAGMA {pragma}")
        if not tidies:
            made.execute("PRAGMA wal_autocheckpoint=0")
    except BaseException:
        made.close()
        raise
    return made


def log_ahead(made: sqlite3.Connection) -> None:
    """Switch to a write-ahead log. Where two switch a new file at once SQLite refuses one; that one waits.

    Raises:
        sqlite3.Error: another holds the file longer than we wait, or it is no database.
    """
    patience = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            made.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(_BUSY_PAUSE)


def _opened(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
