"""Who an issue goes to, as its sender asks: in chunks by number, and again before each claim."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from digest.store import connecting
from digest.store.closing import Closing
from digest.store.records import Store
from digest.store.subscribers import topics_of
from digest.store.tables import subscribers

_SOME: Final = 500  # numbers in one question


class Addressee(NamedTuple):
    """An active subscriber; `topics` are tag keys, none means every topic."""

    id: int
    address: str
    name: str
    language: str
    topics: tuple[str, ...]
    since: datetime | None


class Audience(Closing):
    """The active subscribers of an edition in an open store; to be closed, or used in a `with`.

    SQLite tells by a number whether another connection has written, for a microsecond instead of a query: a
    sender asks before each of its commits. PostgreSQL has none, so there every claim is asked about.
    """

    def __init__(self, store: Store, edition: str) -> None:
        self._url, self._engine, self._edition = store._url, store._engine, edition
        self._watching: sqlite3.Connection | None = None
        self._rounds = 0
        if connecting.is_sqlite(store._url):
            # A connection of its own that only reads: the store's take the lock of those who write, and
            # whoever unsubscribes would wait for us.
            watching = sqlite3.connect(
                str(store._url.database), timeout=10, isolation_level=None, check_same_thread=False
            )
            watching.execute("PRAGMA query_only = ON")
            self._watching = watching
            self._engine = sa.create_engine("sqlite://", creator=lambda: watching, poolclass=sa.StaticPool)

    def close(self) -> None:
        """Give back the connection that watches."""
        if self._watching is not None:
            self._engine.dispose()
            self._watching.close()

    def numbers(self) -> Iterator[int]:
        """The numbers of all of them, in their order; nothing is held open between two reads."""
        after = 0
        while True:
            with self._reading() as connection:
                values = {"edition": self._edition, "after": after, "batch": _BATCH}
                some = connection.execute(_NUMBERS, values).scalars().all()
            if not some:
                return
            after = some[-1]
            yield from some

    def read(self, numbers: Sequence[int]) -> Mapping[int, Addressee]:
        """Those of these numbers who are active, as they are now."""
        found: dict[int, Addressee] = {}
        with self._reading() as connection:
            for start in range(0, len(numbers), _SOME):
                values = {"edition": self._edition, "numbers": numbers[start : start + _SOME]}
                for row in connection.execute(_READ, values):
                    found[row[0]] = Addressee(row[0], row[1], row[2], row[3], topics_of(row[4]), row[5])
        return found

    def still(self, numbers: Collection[int]) -> Collection[int]:
        """Those of these numbers who are active now."""
        with self._reading() as connection:
            values = {"edition": self._edition, "numbers": list(numbers)}
            return set(connection.execute(_STILL, values).scalars())

    def round(self) -> int:
        """A number that is another one whenever somebody may have left since it was asked for last."""
        if self._watching is not None:
            return int(self._watching.execute("PRAGMA data_version").fetchone()[0])
        self._rounds += 1
        return self._rounds

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with connecting.faults_of(self._url), self._engine.connect() as connection:
            yield connection


_BATCH: Final = 20_000
_NUMBERS: Final = sa.text(
    "SELECT id FROM subscribers"
    " WHERE edition = :edition AND state = 'active' AND id > :after ORDER BY id LIMIT :batch"
)
_ACTIVE: Final = (
    subscribers.c.id.in_(sa.bindparam("numbers", expanding=True)),
    subscribers.c.edition == sa.bindparam("edition"),
    subscribers.c.state == "active",
)
_READ: Final = sa.select(
    subscribers.c.id,
    subscribers.c.address,
    subscribers.c.name,
    subscribers.c.language,
    subscribers.c.topics,
    subscribers.c.since,
).where(*_ACTIVE)
_STILL: Final = sa.select(subscribers.c.id).where(*_ACTIVE)
