"""The store: what it is asked and told, each query by its name."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine

from digest.errors import StoreBusyError, StoreError
from digest.model import Issue, Ledger, Published, Reason, SealedIssue
from digest.store import connecting, upgrading
from digest.store.closing import Closing
from digest.store.tables import issues, ledger, slots

PUBLISHED: Final = "published"
UPDATED: Final = "updated"
PASSED: Final = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRecord:
    """A slot that somebody took: when, and what became of it (None while that is open)."""

    edition: str
    slot: str
    claimed_at: datetime
    outcome: str | None = None
    number: int | None = None


def ledger_rows(issue: Issue) -> list[dict[str, Any]]:
    """What an issue writes into the ledger: a row for each entry that it brought or passed over."""
    actions = {Reason.NEW: PUBLISHED, Reason.UPDATED: UPDATED}
    brought = [(item.entry.key, item.entry.fingerprint, actions[item.reason]) for item in issue.everything]
    passed = [(each.key, each.fingerprint, PASSED) for each in issue.passed]
    return [
        {
            "edition": issue.edition,
            "number": issue.number,
            "entry": key,
            "fingerprint": fingerprint,
            "action": action,
        }
        for key, fingerprint, action in (*brought, *passed)
    ]


class Store(Closing):
    """An open database, to be closed or used in a `with`; its methods raise StoreError for its faults."""

    def __init__(self, engine: Engine, url: URL) -> None:
        self._engine = engine
        self._url = url
        # In one process they take turns: SQLite's own waiting looks again after up to 100 ms.
        self._turns = threading.Lock() if connecting.is_sqlite(url) else None
        self._mine = threading.local()

    @classmethod
    def open(cls, url: str, root: Path, *, tidies: bool = True) -> Store:
        """Open for reading and writing; make what is not there, and bring the tables up to date.

        Args:
            url: SQLAlchemy URL; a relative SQLite path is taken from `root`, the site's folder.
            tidies: whether a commit that finds SQLite's log long takes it into the file. Who answers others
                says no, so that none of them waits for that, and calls `tidy` now and then.
        """
        made = connecting.located(url, root)
        with connecting.faults_of(made):
            if connecting.is_sqlite(made):
                Path(str(made.database)).parent.mkdir(parents=True, exist_ok=True)
            store = cls(connecting.engine(made, tidies=tidies), made)
            with store._engine.begin() as connection:
                _check(connection, connecting.place(made))
                upgrading.upgrade(connection, connecting.place(made))
        return store

    @classmethod
    def peek(cls, url: str, root: Path) -> Store | None:
        """Open for reading, and write nothing at all; None where there is no database or no table yet."""
        made = connecting.located(url, root)
        if connecting.is_sqlite(made) and not Path(str(made.database)).exists():
            return None
        with connecting.faults_of(made):
            store = cls(connecting.engine(made, read_only=True), made)
            with store._engine.connect() as connection:
                known = upgrading.revision(connection)
        return store if known else None

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def tidy(self) -> None:
        """Take what SQLite's log holds into the file, as far as nobody reads it, in nobody's way."""
        if connecting.is_sqlite(self._url):
            self._checkpoint("PASSIVE")

    def empty_log(self) -> bool:
        """Take what SQLite's log holds into the file, and cut the log: what was deleted still stands in it.

        False where somebody else was reading or writing, so that it stays for now. PostgreSQL keeps its own
        log, and is left to it.
        """
        if not connecting.is_sqlite(self._url):
            return True
        return self._checkpoint("TRUNCATE")

    def _checkpoint(self, mode: str) -> bool:
        with connecting.faults_of(self._url):
            raw = self._engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute("PRAGMA busy_timeout = 2000")
                cursor.execute(f"PRAGMA wal_checkpoint({mode})")
                busy, *_ = cursor.fetchone() or (1,)
                return not busy
            finally:
                raw.close()

    def seals(self, edition: str | None = None) -> dict[tuple[str, int], str]:
        """The seal of each issue that the database knows, by edition and number."""
        query = sa.select(issues.c.edition, issues.c.number, issues.c.seal)
        query = query.order_by(issues.c.edition, issues.c.number)
        if edition is not None:
            query = query.where(issues.c.edition == edition)
        with self._reading() as connection:
            return {(row.edition, row.number): row.seal for row in connection.execute(query)}

    def ledger(self, edition: str) -> Ledger:
        """What an edition has published and passed over; without snapshots, which are in the archive."""
        with self._reading() as connection:
            rows = connection.execute(_LEDGER, {"edition": edition}).all()
            last = connection.execute(_LAST_ISSUE, {"edition": edition}).one()
        published = {
            row.entry: Published(key=row.entry, fingerprint=row.fingerprint, number=row.number, at=row.date)
            for row in rows
            if row.action != PASSED
        }
        passed = {row.entry: row.fingerprint for row in rows if row.action == PASSED}
        return Ledger(
            published=published,
            passed={key: value for key, value in passed.items() if key not in published},
            last=last.date,
            next_number=(last.number or 0) + 1,
        )

    def record(self, sealed: SealedIssue) -> bool:
        """Write a sealed issue and its ledger rows, in one transaction; False where they were there already.

        Raises:
            StoreError: another issue was recorded under this number.
        """
        issue = sealed.issue
        row = {
            "edition": issue.edition,
            "number": issue.number,
            "label": issue.label,
            "subject": issue.subject,
            "date": _aware(issue.date),
            "seal": sealed.seal,
        }
        with self._writing() as connection:
            if not connection.execute(self._insert_once(issues), row).first():
                self._same(connection, issue, sealed.seal)
                return False
            rows = ledger_rows(issue)
            if rows:
                connection.execute(sa.insert(ledger), rows)
        return True

    def release(self, edition: str, number: int) -> None:
        """Forget what a withdrawn issue did with entries; that it was sealed stays known."""
        mine = sa.and_(ledger.c.edition == edition, ledger.c.number == number)
        with self._writing() as connection:
            connection.execute(sa.delete(ledger).where(mine))

    def _same(self, connection: Connection, issue: Issue, seal: str) -> None:
        found = connection.execute(_SEAL, {"edition": issue.edition, "number": issue.number}).scalar_one()
        if found != seal:
            raise StoreError(
                f"another issue was recorded as {issue.id}",
                subject=connecting.place(self._url),
                hint="`digest archive verify` shows what changed in the archive",
            )

    def claim_slot(
        self,
        edition: str,
        slot: str,
        now: datetime,
        *,
        lease: timedelta | None = None,
        number: int | None = None,
    ) -> bool:
        """Take a slot; True for exactly one of those who try.

        Args:
            slot: its nominal local time (`2026-01-26T09:00`).
            now: aware.
            number: the issue that the first to take it is about to make: it stays there while that is open.
            lease: a claim without an outcome that is older than this is taken over: its owner died.
        """
        row = {"edition": edition, "slot": slot, "claimed_at": _aware(now), "number": number}
        with self._writing() as connection:
            if connection.execute(self._insert_once(slots), row).first():
                return True
            if lease is None:
                return False
            values = {"which": edition, "when": slot, "before": now - lease, "at": now}
            taken = connection.execute(_TAKE_OVER, values)
            return taken.first() is not None

    def reopen_slot(self, seen: SlotRecord, now: datetime) -> bool:
        """Take a settled slot again, at `now`; True for exactly one of those who saw it settled like this."""
        values = {"which": seen.edition, "when": seen.slot, "seen": seen.outcome, "at": _aware(now)}
        with self._writing() as connection:
            return connection.execute(_REOPEN, values).first() is not None

    def settle_slot(self, edition: str, slot: str, *, outcome: str, number: int | None = None) -> None:
        """Say what became of a claimed slot: its outcome in words, and the issue if there is one."""
        values = {"which": edition, "when": slot, "outcome": outcome, "number": number}
        with self._writing() as connection:
            connection.execute(_SETTLE, values)

    def free_slot(self, edition: str, slot: str) -> None:
        """Let a slot be taken as if nobody ever had."""
        with self._writing() as connection:
            connection.execute(sa.delete(slots).where(slots.c.edition == edition, slots.c.slot == slot))

    def unmade_slots(self, edition: str) -> list[str]:
        """The slots of an edition that were skipped, or waited or failed until it was too late."""
        query = sa.select(slots.c.slot).where(
            slots.c.edition == edition,
            sa.or_(slots.c.outcome == "skipped", slots.c.outcome.like("%: %")),
        )
        with self._reading() as connection:
            return list(connection.execute(query).scalars())

    def slot(self, edition: str, slot: str) -> SlotRecord | None:
        """What is known of a slot; None where nobody took it."""
        with self._reading() as connection:
            row = connection.execute(_SLOT, {"edition": edition, "slot": slot}).one_or_none()
        return SlotRecord(**row._mapping) if row else None

    def _insert_once(self, table: sa.Table, unique: Sequence[sa.Column[Any]] = ()) -> sa.Executable:
        """Insert a row, or nothing where its primary (or that unique) key is taken; returns it if it is ours.

        By RETURNING, since PostgreSQL's driver gives no row count here.
        """
        return _inserting_once(connecting.is_sqlite(self._url), table, tuple(unique))

    @contextmanager
    def together(self, *, at_once: bool = False) -> Iterator[None]:
        """Make one transaction, and so one sync of the disk, of all that this thread asks and writes.

        Args:
            at_once: wait for nobody who is writing, so that a thread that many wait for may do it.

        Raises:
            StoreBusyError: it is to be at once, and somebody is writing, or the database is elsewhere.
        """
        with self._writing(at_once=at_once):
            yield

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        mine = getattr(self._mine, "connection", None)
        if mine is not None:
            yield mine
            return
        with connecting.faults_of(self._url), self._engine.connect() as connection:
            connection.execution_options(**{connecting.READS: True})
            yield connection

    @contextmanager
    def _writing(self, *, at_once: bool = False) -> Iterator[Connection]:
        mine = getattr(self._mine, "connection", None)
        if mine is not None:
            yield mine
            return
        with (
            self._turn(at_once=at_once),
            connecting.faults_of(self._url),
            self._engine.connect() as connection,
        ):
            if at_once:
                connection.execution_options(**{connecting.AT_ONCE: True})
            with connection.begin():
                self._mine.connection = connection
                try:
                    yield connection
                finally:
                    self._mine.connection = None

    @contextmanager
    def _turn(self, *, at_once: bool) -> Iterator[None]:
        if self._turns is None and not at_once:
            yield
        elif self._turns is None or not self._turns.acquire(blocking=not at_once):
            raise StoreBusyError("the database is busy, or elsewhere", subject=connecting.place(self._url))
        else:
            try:
                yield
            finally:
                self._turns.release()


@lru_cache(maxsize=64)
def _inserting_once(for_sqlite: bool, table: sa.Table, unique: tuple[sa.Column[Any], ...]) -> sa.Executable:
    dialect = sqlite if for_sqlite else postgresql
    keys = list(table.primary_key.columns)
    inserting = dialect.insert(table).on_conflict_do_nothing(index_elements=unique or keys)
    return cast(sa.Executable, inserting.returning(*keys))


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _check(connection: Connection, place: str) -> None:
    """Find a damaged file before anything is promised by it (SQLite's quick check of every page)."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise StoreError(
                f"the database is damaged: {found}",
                subject=place,
                hint="move it away, and digest makes a new one from the archive",
            )


# What an edition did with each entry, the newest issue last: it overrides.
_LEDGER: Final = (
    sa.select(ledger.c.entry, ledger.c.fingerprint, ledger.c.number, ledger.c.action, issues.c.date)
    .join(issues, (issues.c.edition == ledger.c.edition) & (issues.c.number == ledger.c.number))
    .where(ledger.c.edition == sa.bindparam("edition"))
    .order_by(ledger.c.number, ledger.c.entry)
)

# Date and number of an edition's newest issue; NULLs before the first.
_LAST_ISSUE: Final = sa.select(
    sa.func.max(issues.c.date, type_=issues.c.date.type).label("date"),
    sa.func.max(issues.c.number).label("number"),
).where(issues.c.edition == sa.bindparam("edition"))

# The seal that an issue was recorded with.
_SEAL: Final = sa.select(issues.c.seal).where(
    issues.c.edition == sa.bindparam("edition"), issues.c.number == sa.bindparam("number")
)

_SLOT: Final = sa.select(slots).where(
    slots.c.edition == sa.bindparam("edition"), slots.c.slot == sa.bindparam("slot")
)

# A claim that was never settled, and is older than its lease, changes hands.
_TAKE_OVER: Final = (
    sa.update(slots)
    .where(
        slots.c.edition == sa.bindparam("which"),
        slots.c.slot == sa.bindparam("when"),
        slots.c.outcome.is_(None),
        slots.c.claimed_at <= sa.bindparam("before", type_=slots.c.claimed_at.type),
    )
    .values(claimed_at=sa.bindparam("at", type_=slots.c.claimed_at.type))
    .returning(slots.c.slot)
)

# A settled slot is open again for the one who changes what everybody saw.
_REOPEN: Final = (
    sa.update(slots)
    .where(
        slots.c.edition == sa.bindparam("which"),
        slots.c.slot == sa.bindparam("when"),
        slots.c.outcome == sa.bindparam("seen"),
    )
    .values(claimed_at=sa.bindparam("at", type_=slots.c.claimed_at.type), outcome=None)
    .returning(slots.c.slot)
)

_SETTLE: Final = (
    sa.update(slots)
    .where(slots.c.edition == sa.bindparam("which"), slots.c.slot == sa.bindparam("when"))
    .values(outcome=sa.bindparam("outcome"), number=sa.bindparam("number"))
)
