"""Lists of subscribers: page by page for an editor, or all of them for a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from digest.model.people import SubscriberState
from digest.store.records import Store
from digest.store.tables import subscribers

_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which subscribers: of an edition, in a state, with a topic (its key), with words in address or name."""

    edition: str | None = None
    state: SubscriberState | None = None
    topic: str = ""
    search: str = ""


class Row(NamedTuple):
    """A subscriber in a list; topics are a line each."""

    id: int
    edition: str
    address: str
    state: str
    name: str
    language: str
    topics: str
    created_at: datetime
    since: datetime | None


_COLUMNS: Final = tuple(subscribers.c[name] for name in Row._fields)


class People:
    """The lists of an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def are_kept(self) -> bool:
        """Whether there are tables of them: a database that is only read may be of an earlier digest."""
        with self._store._reading() as connection:
            return sa.inspect(connection).has_table(subscribers.name)

    def page(self, wanted: Filter, after: int, limit: int) -> list[Row]:
        """So many subscribers with numbers above `after`, in their order."""
        query = sa.select(*_COLUMNS).where(subscribers.c.id > after, *_where(wanted))
        with self._store._reading() as connection:
            found = connection.execute(query.order_by(subscribers.c.id).limit(limit))
            return [Row(*row) for row in found]

    def every(self, wanted: Filter) -> Iterator[list[Row]]:
        """All of them, some thousand at a time."""
        after = 0
        while rows := self.page(wanted, after, _BATCH):
            after = rows[-1].id
            yield rows

    def count(self, wanted: Filter) -> int:
        """How many there are."""
        query = sa.select(sa.func.count()).select_from(subscribers).where(*_where(wanted))
        with self._store._reading() as connection:
            return int(connection.execute(query).scalar_one())


def _where(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.edition is not None:
        found.append(subscribers.c.edition == wanted.edition)
    if wanted.state is not None:
        found.append(subscribers.c.state == wanted.state.value)
    if wanted.topic:
        lines = "\n" + subscribers.c.topics + "\n"
        found.append(lines.contains(f"\n{wanted.topic}\n", autoescape=True))
    if wanted.search:
        words = wanted.search.lower()
        named = sa.func.lower(subscribers.c.name).contains(words, autoescape=True)
        found.append(sa.or_(subscribers.c.key.contains(words, autoescape=True), named))
    return found
