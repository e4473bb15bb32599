"""Taking in many subscribers at once, in the words of each database: nobody who left is brought back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model.people import ConsentAction, SubscriberState, SuppressionReason
from digest.store import connecting
from digest.store.subscriber_queries import key_name
from digest.store.subscribers import Subscribers
from digest.store.tables import kept, suppressions

Rows = Iterable[Sequence[Any]]

Incoming = tuple[str, str, str, str, str, str, str, str]
"""A row that is to be taken in: a plain tuple, since there may be a million of them.

The key (`key_of`), the address, where they stood, name, language, topics (`topics_text`), when they left
(ISO 8601 in UTC, empty where that is not known) and what the record of consents is to tell. They stood
`pending`, `active`, `unsubscribed`, or are to be suppressed for `bounce`, `complaint` or `editor`. An empty
name, language or set of topics changes nothing for those who are there.
"""

_PENDING, _ACTIVE = SubscriberState.PENDING.value, SubscriberState.ACTIVE.value
_LEFT, _SUPPRESSED = SubscriberState.UNSUBSCRIBED.value, SubscriberState.SUPPRESSED.value
_ROOM: Final = (
    "PRAGMA cache_size = -32000"  # KiB: SQLite's 2 MB make it write pages of the index again and again
)
_KEY: Final = itemgetter(0)
_BOUND: Final = itemgetter(0, 1, 3, 4, 5)  # of a row: key, address, name, language, topics
_REASONS: Final = frozenset(each.value for each in SuppressionReason)
_ACTIONS: Final = {
    _PENDING: ConsentAction.IMPORTED.value,
    _ACTIVE: ConsentAction.VOUCHED.value,
    _LEFT: ConsentAction.LEFT.value,
}


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of rows: how many.

    `pending`, `active` and `left` were unknown and stand so now. Of those who were known, `confirmed` are
    active now, `changed` have another name, language or set of topics, `unchanged` had all of it, `closed`
    have left or are suppressed now. `stayed_away` had left before and `kept_out` were suppressed: nothing
    brings them back. `barred` were unknown and are suppressed now.
    """

    pending: int = 0
    active: int = 0
    left: int = 0
    confirmed: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    stayed_away: int = 0
    kept_out: int = 0
    barred: int = 0

    def __iadd__(self, other: Taken) -> Taken:
        """Add another's numbers."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


class _Known(NamedTuple):
    """A subscriber that the database has."""

    id: int
    key: str
    state: str
    name: str
    language: str
    topics: str
    since: str | datetime | None


class Intake:
    """Takes rows in, in transactions of one batch each; a rehearsal is one transaction that is undone.

    Use it in a `with`. `at` is when, `source` where the consents are said to be given. Raises StoreError.
    """

    def __init__(
        self, people: Subscribers, at: datetime, *, source: str = "import", rehearsal: bool = False
    ) -> None:
        self._people = people
        self._at = at
        self._source = source
        self._rehearsal = rehearsal
        self._open: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Intake:
        if self._rehearsal:
            self._open = self._people._changing()
            self._connection = self._open.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None:
            self._connection.rollback()
            self._open.__exit__(None, None, None)

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        if self._connection is not None:
            with self._faults(self._connection):
                yield self._connection
            return
        with self._people._changing() as connection, self._faults(connection):
            yield connection

    @contextmanager
    def _faults(self, connection: Connection) -> Iterator[None]:
        """What the driver itself raises as SQLAlchemy would."""
        try:
            yield
        except connection.dialect.loaded_dbapi.Error as error:
            raise connecting._fault(self._people._store._url, str(error)) from error

    def take(self, edition: str, rows: Sequence[Incoming]) -> Taken:
        """Take in a batch of an edition's rows, no two with one key; some ten thousand are a good number."""
        taken = Taken()
        with self._turn() as connection:
            work = _Turn(self._people, connection, edition, self._at, self._source)
            barred = work.barred([row[0] for row in rows])
            taken.kept_out = len(barred)
            rest = sorted((row for row in rows if row[0] not in barred) if barred else rows, key=_KEY)
            wanted = [row for row in rest if row[2] not in _REASONS]
            if wanted and not work.insert(wanted, taken):
                work.update(wanted, taken)
            work.bar([row for row in rest if row[2] in _REASONS], taken)
        return taken


class _Turn:
    """One batch in one transaction."""

    def __init__(
        self, people: Subscribers, connection: Connection, edition: str, at: datetime, source: str
    ) -> None:
        self.people = people
        self.connection = connection
        self.edition = edition
        self.source = source
        self.at = at
        self.sqlite = connection.dialect.name == "sqlite"
        self.moment = kept(at, connection.dialect)
        if self.sqlite:
            self.raw.execute(_ROOM)
        self.last = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM subscribers")).scalar_one()

    def barred(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys whose address is suppressed."""
        self.people._check_keys(self.connection)
        if not self.connection.execute(sa.select(suppressions.c.hash).limit(1)).first():
            return set()
        owners = {code: key for key in keys for code in self.people.hashes(key)}
        found = self._among("SELECT hash FROM suppressions WHERE hash", list(owners))
        return {owners[row[0]] for row in found}

    def _among(self, query: str, values: list[str], also: str = "", *more: object) -> Rows:
        """The rows of a query whose last column is one of the values."""
        if self.sqlite:
            text = f"{query} IN (SELECT value FROM json_each(?)) {also}"  # noqa: S608 # texts of this module
            return cast(Rows, self.raw.execute(text, (json.dumps(values), *more)))
        text = f"{query} = ANY(%s) {also}".replace("?", "%s")
        return cast(Rows, self.raw.execute(text, (values, *more)))

    @property
    def raw(self) -> Any:
        """The driver's own connection, in the same transaction."""
        return self.connection.connection.driver_connection

    def insert(self, rows: list[Incoming], taken: Taken) -> bool:
        """Add who is not known, each with a line of consent; True where that is all of them."""
        added = self._insert_sqlite(rows) if self.sqlite else self._insert_postgresql(rows)
        known = {} if added == len(rows) else {each.key: each for each in self._found(rows, "id <= ?")}
        standing = Counter(row[2] for row in rows if row[0] not in known)
        taken.pending, taken.active, taken.left = (standing[each] for each in (_PENDING, _ACTIVE, _LEFT))
        return not known

    def _insert_sqlite(self, rows: list[Incoming]) -> int:
        before = self.raw.total_changes
        for state in sorted({row[2] for row in rows}):
            some = [row for row in rows if row[2] == state]
            self.raw.executemany(self._inserting(state), map(_BOUND, some))
        added: int = self.raw.total_changes - before
        details = {row[7] for row in rows}
        if added == len(rows) and len(details) == 1:
            self._consents(details.pop())
        else:
            told = {row[0]: row[7] for row in rows}
            self._note_new(self._found(rows, "id > ?"), told)
        return added

    def _inserting(self, state: str) -> str:
        """An INSERT of what differs from row to row: binding the rest a million times would take as long."""
        same = (self.edition, state, self.moment, self.moment if state == _ACTIVE else None)
        edition, standing, at, since = ("NULL" if each is None else _quoted(str(each)) for each in same)
        return (
            "INSERT INTO subscribers"  # noqa: S608 # quoted, and of our own making
            " (edition, key, address, state, name, language, topics, created_at, since)"
            f" VALUES ({edition}, ?, ?, {standing}, ?, ?, ?, {at}, {since}) ON CONFLICT DO NOTHING"
        )

    def _consents(self, detail: str) -> None:
        """The consents of all who are new, where each was told the same."""
        cases = " ".join(f"WHEN '{state}' THEN '{action}'" for state, action in _ACTIONS.items())
        self.raw.execute(
            "INSERT INTO consents (subscriber, action, source, text, detail, at)"  # noqa: S608 # words of ours
            f" SELECT id, CASE state {cases} END, ?, '', ?, ? FROM subscribers WHERE id > ? ORDER BY id",
            (self.source, detail, self.moment, self.last),
        )

    def _note_new(self, new: Iterable[_Known], told: Mapping[str, str]) -> None:
        self._note((each.id, _ACTIONS[each.state], told[each.key]) for each in new)

    def _insert_postgresql(self, rows: list[Incoming]) -> int:
        with self.raw.cursor() as cursor:
            cursor.execute(_STAGE)
            cursor.execute("TRUNCATE incoming")  # a rehearsal is many batches in one transaction
            with cursor.copy("COPY incoming FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row[:6], row[7]))
            cursor.execute(_FROM_STAGE, {"edition": self.edition, "at": self.at})
            added: int = cursor.rowcount
            cursor.execute(
                _CONSENTS_FROM_STAGE,
                {"edition": self.edition, "at": self.at, "source": self.source, "last": self.last},
            )
        return added

    def _found(self, rows: Iterable[Incoming], which: str) -> list[_Known]:
        query = "SELECT id, key, state, name, language, topics, since FROM subscribers WHERE key"
        also = f"AND edition = ? AND {which}"
        found = self._among(query, [row[0] for row in rows], also, self.edition, self.last)
        return [_Known(*row) for row in found]

    def update(self, rows: list[Incoming], taken: Taken) -> None:
        """Change who was known before, as far as the rows say so and nobody is brought back."""
        incoming = {row[0]: row for row in rows}
        changes: list[tuple[Any, ...]] = []
        notes: list[tuple[int, str, str]] = []
        for known in self._found(rows, "id <= ?"):
            row = incoming[known.key]
            found = self._change(known, row, taken)
            if found:
                changes.append((*found[1:], known.id))
                notes.append((known.id, found[0], row[7]))
        self._many(
            "UPDATE subscribers SET state = ?, name = ?, language = ?, topics = ?, since = ? WHERE id = ?",
            changes,
        )
        self._note(notes)

    def _note(self, notes: Iterable[tuple[int, str, str]]) -> None:
        self._many(
            "INSERT INTO consents (subscriber, action, source, text, detail, at) VALUES (?, ?, ?, '', ?, ?)",
            [(number, action, self.source, detail, self.moment) for number, action, detail in notes],
        )

    def _many(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self.raw.cursor().executemany(query if self.sqlite else query.replace("?", "%s"), rows)

    def _change(self, known: _Known, row: Incoming, taken: Taken) -> tuple[Any, ...] | None:
        """What a row makes of somebody known: what is done, then their values; None where nothing."""
        if known.state == _SUPPRESSED:
            taken.kept_out += 1
        elif known.state == _LEFT and row[2] != _LEFT:
            taken.stayed_away += 1
        elif row[2] == _LEFT:
            return self._leave(known, row[6], taken)
        else:
            return self._join(known, row, taken)
        return None

    def _leave(self, known: _Known, left: str, taken: Taken) -> tuple[Any, ...] | None:
        """Let go who left elsewhere, unless they have subscribed since then."""
        if known.state == _LEFT or _came_back(known.since, left):
            taken.unchanged += 1
            return None
        taken.closed += 1
        return (ConsentAction.LEFT.value, _LEFT, known.name, known.language, known.topics, known.since)

    def _join(self, known: _Known, row: Incoming, taken: Taken) -> tuple[Any, ...] | None:
        """What is given replaces what was; who is pending may have confirmed elsewhere."""
        said = (row[3] or known.name, row[4] or known.language, row[5] or known.topics)
        if known.state == _PENDING and row[2] == _ACTIVE:
            taken.confirmed += 1
            return (ConsentAction.VOUCHED.value, _ACTIVE, *said, self.moment)
        if said == (known.name, known.language, known.topics):
            taken.unchanged += 1
            return None
        taken.changed += 1
        return (ConsentAction.CHANGED.value, known.state, *said, known.since)

    def bar(self, rows: list[Incoming], taken: Taken) -> None:
        """Suppress the addresses of rows that say so, whatever they have subscribed."""
        if not rows:
            return
        secret = key_name(self.people._given_keys()[0])
        self._many(
            "INSERT INTO suppressions (hash, secret, reason, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(self.people.hashes(row[0])[0], secret, row[2], self.moment) for row in rows],
        )
        query = "SELECT id, key FROM subscribers WHERE key"
        open_ones = list(self._among(query, [row[0] for row in rows], "AND state <> 'suppressed'"))
        details = {row[0]: row[7] for row in rows}
        self._many(
            "UPDATE subscribers SET state = 'suppressed' WHERE id = ?", [(each[0],) for each in open_ones]
        )
        self._note((each[0], ConsentAction.SUPPRESSED.value, details[each[1]]) for each in open_ones)
        closed = len({each[1] for each in open_ones})
        taken.closed += closed
        taken.barred += len(rows) - closed


def _quoted(text: str) -> str:
    """A text as it stands in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _came_back(since: str | datetime | None, left: str) -> bool:
    """Whether somebody subscribed after the day on which, as another service says, they left."""
    if not since or not left:
        return False
    subscribed = since if isinstance(since, str) else since.astimezone(UTC).isoformat(sep=" ")
    return subscribed > left


_STAGE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming
(key text, address text, state text, name text, language text, topics text, detail text) ON COMMIT DROP
"""
_FROM_STAGE: Final = """
INSERT INTO subscribers (edition, key, address, state, name, language, topics, created_at, since)
SELECT %(edition)s, key, address, state, name, language, topics, %(at)s,
       CASE state WHEN 'active' THEN %(at)s::timestamptz END
FROM incoming ON CONFLICT (key, edition) DO NOTHING
"""
_CONSENTS_FROM_STAGE: Final = """
INSERT INTO consents (subscriber, action, source, text, detail, at)
SELECT id, CASE incoming.state WHEN 'active' THEN 'vouched' WHEN 'pending' THEN 'imported' ELSE 'left' END,
       %(source)s, '', detail, %(at)s
FROM subscribers JOIN incoming USING (key) WHERE edition = %(edition)s AND id > %(last)s ORDER BY id
"""
