"""What the form was given: kept until a mail asks back, so that a crash loses none and nobody is flooded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from digest.model.people import ConsentAction, SubscriberState
from digest.store.records import Store, _aware
from digest.store.subscribers import key_of, topics_of, topics_text
from digest.store.tables import consents, subscribers, wishes

MAILED: Final = "mailed"
"""The outcome of a wish that a mail was sent for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants an edition.

    `who` is a keyed hash of the address, `text` the version of the words that were agreed to, empty where an
    editor added them and no form was filled in. `page_language` is that of the form and of the mail that asks
    back, `language` that of the issues, which is empty for the edition's own.
    """

    edition: str
    address: str
    who: str
    asked_at: datetime
    page_language: str
    language: str = ""
    topics: tuple[str, ...] = ()
    text: str = ""
    id: int = 0
    attempts: int = 0


class Wishes:
    """The wishes of an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, wish: Wish) -> None:
        """Take a wish; it is safe when this returns. Nothing is looked up, so that all take as long."""
        row = {
            "edition": wish.edition,
            "address": wish.address,
            "who": wish.who,
            "language": wish.language,
            "topics": topics_text(wish.topics),
            "page_language": wish.page_language,
            "text": wish.text,
            "asked_at": _aware(wish.asked_at),
            "next_at": _aware(wish.asked_at),
            "attempts": 0,
            "outcome": "",
        }
        with self._store._writing() as connection:
            connection.execute(sa.insert(wishes), row)

    def due(self, now: datetime, limit: int = 50) -> tuple[Wish, ...]:
        """Wishes whose turn it is, the oldest first."""
        with self._store._reading() as connection:
            rows = connection.execute(_DUE.limit(limit), {"now": _aware(now)}).all()
        return tuple(_wish(row) for row in rows)

    def of(self, address: str) -> tuple[Wish, ...]:
        """The wishes of an address that were not answered yet."""
        query = sa.select(wishes).where(wishes.c.settled_at.is_(None), wishes.c.address != "")
        with self._store._reading() as connection:
            rows = connection.execute(query.order_by(wishes.c.id)).all()
        return tuple(_wish(row) for row in rows if key_of(row.address) == key_of(address))

    def mailed(self, since: datetime, who: str = "", edition: str = "") -> int:
        """How many mails were sent since then, to one address or to all, for one edition or for any."""
        query = (
            sa.select(sa.func.count())
            .select_from(wishes)
            .where(wishes.c.settled_at > _aware(since), wishes.c.outcome == MAILED)
        )
        if who:
            query = query.where(wishes.c.who == who)
        if edition:
            query = query.where(wishes.c.edition == edition)
        with self._store._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def settle(self, wish: Wish, outcome: str, at: datetime) -> None:
        """Say what became of a wish, and forget the address."""
        values = {"address": "", "topics": "", "outcome": outcome, "settled_at": _aware(at)}
        with self._store._writing() as connection:
            connection.execute(sa.update(wishes).where(wishes.c.id == wish.id).values(values))

    def defer(self, wish: Wish, until: datetime) -> None:
        """Try a wish again later."""
        values = {"attempts": wish.attempts + 1, "next_at": _aware(until)}
        with self._store._writing() as connection:
            connection.execute(sa.update(wishes).where(wishes.c.id == wish.id).values(values))

    def forget(self, before: datetime) -> None:
        """Forget the wishes that were settled before then."""
        with self._store._writing() as connection:
            connection.execute(sa.delete(wishes).where(wishes.c.settled_at < _aware(before)))

    def purge_pending(self, before: datetime) -> int:
        """Forget who asked before then, not since, and never confirmed; returns how many."""
        again = sa.exists().where(
            consents.c.subscriber == subscribers.c.id,
            consents.c.action.in_((ConsentAction.ASKED.value, ConsentAction.IMPORTED.value)),
            consents.c.at >= _aware(before),
        )
        purging = sa.delete(subscribers).where(
            subscribers.c.state == SubscriberState.PENDING.value,
            subscribers.c.created_at < _aware(before),
            ~again,
        )
        with self._store._writing() as connection:
            return len(connection.execute(purging.returning(subscribers.c.id)).all())


def _wish(row: Any) -> Wish:
    return Wish(
        id=row.id,
        edition=row.edition,
        address=row.address,
        who=row.who,
        asked_at=row.asked_at,
        page_language=row.page_language,
        language=row.language,
        topics=topics_of(row.topics),
        text=row.text,
        attempts=row.attempts,
    )


_DUE: Final = (
    sa.select(wishes)
    .where(
        wishes.c.settled_at.is_(None), wishes.c.next_at <= sa.bindparam("now", type_=wishes.c.next_at.type)
    )
    .order_by(wishes.c.next_at, wishes.c.id)
)
