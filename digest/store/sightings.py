"""What the database knows of entries as collecting last saw them, and when it saw each first."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from digest.store import connecting
from digest.store.records import Store, _aware
from digest.store.tables import sightings, states

NAME: Final = "collect"
"""The state of everything that was collected, among the states."""

_SOURCE: Final = "source:"  # before the name of a source: the state that tells when it was first collected

_MANY: Final = 500  # values in one IN (…): SQLite takes 32,766 parameters, PostgreSQL 65,535
_ROWS: Final = 5_000  # rows handed to the database at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An entry as collecting last saw it.

    `hash` is that of its file, empty where only an issue has seen it yet. `likeness` is its type, language,
    title and day; `mark` the hash of its words. `first_seen` is when it was first met under this or an
    earlier name.
    """

    key: str
    source: str
    path: str
    hash: str
    mark: str
    slug: str
    likeness: tuple[str, ...]
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What everything was when it was last collected, and how often that was written down."""

    state: str = ""
    turn: int = 0


class Sightings:
    """The sightings of an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def are_kept(self) -> bool:
        """Whether there are tables for them: a database that is only read may be of an earlier digest."""
        with self._store._reading() as connection:
            return sa.inspect(connection).has_table(sightings.name)

    def state(self) -> State:
        """The state at the last collecting; an empty one before the first."""
        with self._store._reading() as connection:
            return _state(connection)

    def known(self) -> dict[str, tuple[str, str]]:
        """Path and hash of every entry that is known, by key: what telling news from old needs."""
        with self._store._reading() as connection:
            return {row.entry: (row.path, row.hash) for row in connection.execute(_KNOWN)}

    def some(self, keys: Collection[str]) -> dict[str, Sighting]:
        """What is known of these entries, by key."""
        found: dict[str, Sighting] = {}
        with self._store._reading() as connection:
            for part in _parts(sorted(keys), _MANY):
                query = sa.select(sightings).where(sightings.c.entry.in_(part))
                found |= {row.entry: _sighting(row) for row in connection.execute(query)}
        return found

    def begun(self) -> dict[str, datetime]:
        """When each source was first collected, by its name."""
        with self._store._reading() as connection:
            rows = connection.execute(_BEGUN)
            return {row.name.removeprefix(_SOURCE): datetime.fromisoformat(row.state) for row in rows}

    def meet(self, met: Iterable[Sighting], begun: Mapping[str, datetime]) -> None:
        """Note entries and sources that were not known; of those that are, nothing changes."""
        with self._store._writing() as connection:
            self._begin(connection, begun)
            for part in _parts(met, _ROWS):
                connection.execute(self._store._insert_once(sightings), [_row(each) for each in part])

    def record(
        self,
        seen: Iterable[Sighting],
        gone: Collection[str],
        *,
        begun: Mapping[str, datetime],
        before: State,
        state: str,
    ) -> bool:
        """Write down what was collected, in one transaction: entries as they are, and those that are gone.

        False, with nothing written, where somebody else has collected since `before` was read.
        """
        with self._store._writing() as connection:
            if not self._turned(connection, before, state):
                return False
            self._begin(connection, begun)
            for keys in _parts(sorted(gone), _MANY):
                connection.execute(sa.delete(sightings).where(sightings.c.entry.in_(keys)))
            for part in _parts(seen, _ROWS):
                connection.execute(self._put(), [_row(each) for each in part])
        return True

    def _begin(self, connection: Connection, begun: Mapping[str, datetime]) -> None:
        rows = [
            {"name": f"{_SOURCE}{name}", "state": _aware(at).astimezone(UTC).isoformat(), "turn": 0}
            for name, at in begun.items()
        ]
        if rows:
            connection.execute(self._store._insert_once(states), rows)

    def _turned(self, connection: Connection, before: State, state: str) -> bool:
        """Take the turn after `before`: of several who try, one gets it, and the others see so."""
        row = {"name": NAME, "state": state, "turn": before.turn + 1}
        if before.turn == 0 and connection.execute(self._store._insert_once(states), row).first():
            return True
        values = {"seen": before.turn, "now": state, "next": before.turn + 1}
        return connection.execute(_TURN, values).first() is not None

    def _put(self) -> sa.Executable:
        """Write a row in the place of the one that is there, but for its first sight."""
        dialect = sqlite if connecting.is_sqlite(self._store._url) else postgresql
        inserting = dialect.insert(sightings)
        kept = {"entry", "first_seen"}
        values = {each.name: inserting.excluded[each.name] for each in sightings.c if each.name not in kept}
        done = inserting.on_conflict_do_update(index_elements=[sightings.c.entry], set_=values)
        return cast(sa.Executable, done)


def _state(connection: Connection) -> State:
    row = connection.execute(_STATE).one_or_none()
    return State(state=row.state, turn=row.turn) if row else State()


def _parts(values: Iterable[Any], size: int) -> Iterator[Sequence[Any]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _row(each: Sighting) -> dict[str, Any]:
    return {
        "entry": each.key,
        "source": each.source,
        "path": each.path,
        "hash": each.hash,
        "mark": each.mark,
        "slug": each.slug,
        # As ASCII: a title may hold what a database's text may not, a NUL or half of a surrogate pair.
        "likeness": json.dumps(each.likeness),
        "first_seen": _aware(each.first_seen),
    }


def _sighting(row: Any) -> Sighting:
    values = dict(row._mapping)
    return Sighting(key=values.pop("entry"), likeness=tuple(json.loads(values.pop("likeness"))), **values)


_STATE: Final = sa.select(states.c.state, states.c.turn).where(states.c.name == NAME)
_KNOWN: Final = sa.select(sightings.c.entry, sightings.c.path, sightings.c.hash)
_BEGUN: Final = sa.select(states.c.name, states.c.state).where(
    states.c.name.startswith(_SOURCE, autoescape=True)
)

# The turn passes to the one who saw the last: whoever comes second finds another one there.
_TURN: Final = (
    sa.update(states)
    .where(states.c.name == NAME, states.c.turn == sa.bindparam("seen"))
    .values(state=sa.bindparam("now"), turn=sa.bindparam("next"))
    .returning(states.c.turn)
)
