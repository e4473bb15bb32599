"""What the database knows of feeds: how each was at its last visit, and every item that was ever seen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.store.records import Store
from digest.store.tables import feed_items, feeds
from digest.text.characters import legal

_MANY: Final = 500  # values in one IN (…): SQLite takes 32,766 parameters, PostgreSQL 65,535
_TITLE: Final = 300  # characters of a title that are kept, to know a story again
_KEY: Final = 500  # bytes of a key; PostgreSQL's indexes take 2,700


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A feed as the last visit left it.

    `body` is the hash of the last body that was read, `total` how many items were in it. `failures` counts
    visits in a row that brought nothing, `fault` says why the last one did not. `moved_to` is where the
    server says that the feed is for good. `first_at` is the first visit that brought a feed, `tried_at` the
    last visit, `good_at` the last one that was answered; none is to be made before `next_at`, nor, even when
    an editor asks, before `wait_until` (Retry-After). `gone_at` is when the server said 410.
    """

    url: str
    title: str = ""
    home: str = ""
    etag: str = ""
    last_modified: str = ""
    body: str = ""
    total: int = 0
    failures: int = 0
    fault: str = ""
    moved_to: str = ""
    first_at: datetime | None = None
    tried_at: datetime | None = None
    good_at: datetime | None = None
    next_at: datetime | None = None
    wait_until: datetime | None = None
    gone_at: datetime | None = None


class Fate(StrEnum):
    """What became of an item when it was first seen."""

    TAKEN = "taken"  # it has, or had, a file in the inbox
    MERGED = "merged"  # it tells a story that has a file already
    PASSED = "passed"  # too old at the first visit, or more than the feed may bring at once
    UNWANTED = "unwanted"  # the feed's rules left it out


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenItem:
    """An item that was seen: what it is called within its feed, and what became of it.

    `item` is its guid and `story` its canonical address (empty where it has none), both as `name_of` gives
    them. `path` is its file, relative to the site. `promised` is the text that this file is to have, None
    once it has it; `written` the sha256 of the text that we wrote there last, by which we know whether an
    editor has changed it.
    """

    feed: str
    item: str
    title: str
    fate: Fate
    seen_at: datetime
    story: str = ""
    url: str = ""
    date: datetime | None = None
    path: str = ""
    written: str = ""
    promised: str | None = None


def name_of(text: str) -> str:
    """A guid or an address as a key: itself, or a hash where it is long or holds what no database takes."""
    if len(text.encode("utf-8", "replace")) <= _KEY and legal(text) == text:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Feeds:
    """The feeds of an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def are_kept(self) -> bool:
        """Whether there are tables of feeds: a database that is only read may come from an earlier digest."""
        with self._store._reading() as connection:
            return sa.inspect(connection).has_table(feeds.name)

    def states(self) -> dict[str, FeedState]:
        """Every feed that was ever visited, by its address."""
        with self._store._reading() as connection:
            rows = connection.execute(sa.select(feeds))
            return {row.url: FeedState(**row._mapping) for row in rows}

    def seen(self, feed: str) -> set[str]:
        """The names of every item that a feed was seen to hold."""
        with self._store._reading() as connection:
            return set(connection.execute(_SEEN, {"feed": feed}).scalars())

    def stories(self, stories: Collection[str], since: datetime) -> tuple[SeenItem, ...]:
        """Items with a file that tell one of these stories, or that were seen since; the oldest first."""
        with self._store._reading() as connection:
            found = {(row.feed, row.item): row for row in connection.execute(_RECENT, {"since": since})}
            for some in _pieces(sorted(set(stories) - {""})):
                query = _WITH_FILE.where(feed_items.c.story.in_(some))
                found |= {(row.feed, row.item): row for row in connection.execute(query)}
        items = [_item(row) for row in found.values()]
        return tuple(sorted(items, key=lambda each: (each.seen_at, each.feed, each.item)))

    def promised(self) -> tuple[SeenItem, ...]:
        """Items whose file is still to be written, the oldest first."""
        with self._store._reading() as connection:
            return tuple(_item(row) for row in connection.execute(_PROMISED))

    def record(
        self,
        states: Sequence[FeedState] = (),
        items: Sequence[SeenItem] = (),
        promises: Sequence[tuple[SeenItem, str]] = (),
    ) -> None:
        """Write down visits, what they brought, and other texts that known items' files are to have.

        All in one transaction. An item that is known stays as it is.
        """
        with self._store._writing() as connection:
            for state in states:
                self._put(connection, state)
            rows = [
                asdict(each) | {"title": legal(each.title)[:_TITLE], "fate": each.fate.value}
                for each in items
            ]
            if rows:
                connection.execute(self._store._insert_once(feed_items), rows)
            for item, text in promises:
                connection.execute(_PROMISE, {"which": item.feed, "what": item.item, "text": text})

    def _put(self, connection: Connection, state: FeedState) -> None:
        values = asdict(state)
        if not connection.execute(self._store._insert_once(feeds), values).first():
            own = sa.update(feeds).where(feeds.c.url == state.url)
            connection.execute(own.values({key: value for key, value in values.items() if key != "url"}))

    def keep(self, kept: Sequence[SeenItem]) -> None:
        """Say that promises were kept: each item with its file's path, and the hash of what we wrote."""
        rows = [
            {"which": each.feed, "what": each.item, "hash": each.written, "place": each.path} for each in kept
        ]
        if rows:
            with self._store._writing() as connection:
                connection.execute(_KEEP, rows)

    def forget(self, url: str) -> None:
        """Forget how a feed was at its last visit; what it held stays known."""
        with self._store._writing() as connection:
            connection.execute(sa.delete(feeds).where(feeds.c.url == url))

    def move(self, old: str, new: str) -> None:
        """Give a feed its new address, with all that is known of it."""
        with self._store._writing() as connection:
            known = sa.select(feed_items.c.item).where(feed_items.c.feed == new)
            mine = feed_items.c.feed == old
            connection.execute(sa.delete(feed_items).where(mine, feed_items.c.item.in_(known)))
            connection.execute(sa.update(feed_items).where(mine).values(feed=new))
            connection.execute(sa.delete(feeds).where(feeds.c.url == new))
            connection.execute(sa.update(feeds).where(feeds.c.url == old).values(url=new, moved_to=""))


def _pieces(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))


def _item(row: Any) -> SeenItem:
    values = {field.name: row._mapping[field.name] for field in fields(SeenItem)}
    return SeenItem(**values | {"fate": Fate(values["fate"])})


_SEEN: Final = sa.select(feed_items.c.item).where(feed_items.c.feed == sa.bindparam("feed"))

# Only what has a file of its own can take another place where its story stands.
_WITH_FILE: Final = sa.select(feed_items).where(feed_items.c.fate == Fate.TAKEN.value)

_RECENT: Final = _WITH_FILE.where(
    feed_items.c.seen_at >= sa.bindparam("since", type_=feed_items.c.seen_at.type)
)

_PROMISED: Final = (
    sa.select(feed_items)
    .where(feed_items.c.promised.is_not(None))
    .order_by(feed_items.c.seen_at, feed_items.c.feed, feed_items.c.item)
)

_ONE: Final = (feed_items.c.feed == sa.bindparam("which"), feed_items.c.item == sa.bindparam("what"))
_PROMISE: Final = sa.update(feed_items).where(*_ONE).values(promised=sa.bindparam("text"))
_KEEP: Final = (
    sa.update(feed_items)
    .where(*_ONE)
    .values(promised=None, written=sa.bindparam("hash"), path=sa.bindparam("place"))
)
