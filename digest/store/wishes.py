"""What the form was given: kept until a mail asks back, so that a crash loses none and nobody is flooded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from digest.model.people import MAILED_TO_CONFIRM, ConsentAction, Subscriber, SubscriberState
from digest.store.records import Store, _aware
from digest.store.subscriber_queries import person
from digest.store.subscribers import key_of, topics_of, topics_text
from digest.store.tables import consents, subscribers, wishes

MAILED: Final = "mailed"
"""The outcome of a wish that a mail was sent for."""
_MAILS: Final = tuple(each.value for each in MAILED_TO_CONFIRM)
_SOME: Final = 500  # values in one question


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
        with self._store._writing() as connection:
            connection.execute(sa.insert(wishes), _row(wish))

    def queue(self, wanted: Iterable[tuple[Wish, datetime]]) -> None:
        """Take many wishes, each with the time of its turn; all are safe when this returns, or none."""
        rows = [_row(wish) | {"next_at": _aware(turn)} for wish, turn in wanted]
        if rows:
            with self._store._writing() as connection:
                connection.execute(sa.insert(wishes), rows)

    def last_turn(self) -> datetime | None:
        """The latest turn of a wish without a form that is still open; None where there is none."""
        query = sa.select(sa.func.max(wishes.c.next_at)).where(
            wishes.c.settled_at.is_(None), wishes.c.text == ""
        )
        with self._store._reading() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def unasked(self, edition: str, keys: Sequence[str]) -> list[Subscriber]:
        """Those of some keys (`key_of`) who are pending and whom no mail has asked to confirm."""
        query = sa.select(subscribers).where(
            subscribers.c.edition == edition,
            subscribers.c.state == SubscriberState.PENDING.value,
            ~sa.exists().where(consents.c.subscriber == subscribers.c.id, consents.c.action.in_(_MAILS)),
        )
        with self._store._reading() as connection:
            return [
                person(row)
                for some in _batches(keys)
                for row in connection.execute(
                    query.where(subscribers.c.key.in_(some)).order_by(subscribers.c.id)
                )
            ]

    def open_of(self, edition: str, hashes: Sequence[str]) -> set[str]:
        """Those of some hashes (`Wish.who`) whose wish for an edition was not answered yet."""
        query = sa.select(wishes.c.who).where(wishes.c.edition == edition, wishes.c.settled_at.is_(None))
        with self._store._reading() as connection:
            return {
                who
                for some in _batches(hashes)
                for who in connection.execute(query.where(wishes.c.who.in_(some))).scalars()
            }

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
            consents.c.action.in_((*_MAILS, ConsentAction.IMPORTED.value)),
            consents.c.at >= _aware(before),
        )
        purging = sa.delete(subscribers).where(
            subscribers.c.state == SubscriberState.PENDING.value,
            subscribers.c.created_at < _aware(before),
            ~again,
        )
        with self._store._writing() as connection:
            return len(connection.execute(purging.returning(subscribers.c.id)).all())


def _row(wish: Wish) -> dict[str, Any]:
    return {
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


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + _SOME] for at in range(0, len(values), _SOME))


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
