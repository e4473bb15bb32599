"""Subscribers row by row: how they stand in the tables, and what is asked and written of one, by its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model.people import Consent, ConsentAction, ReturnKind, Subscriber, SubscriberState
from digest.store.connecting import straight
from digest.store.records import _aware
from digest.store.tables import consents, given_back, kept, returned_mails, subscribers, wishes

_PENDING, _ACTIVE = SubscriberState.PENDING, SubscriberState.ACTIVE
_UNSUBSCRIBED, _SUPPRESSED = SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED


class _Row(NamedTuple):
    """A row of a subscriber as the driver gives it, but for the moment."""

    id: int
    edition: str
    address: str
    state: str
    name: str
    language: str
    topics: str
    since: datetime | None


def key_of(address: str) -> str:
    """By what an address is compared: in lower case, although RFC 5321 would tell `Ann@` from `ann@`.

    The address must be as `digest.deliver.addresses` gives it, its domain in ASCII.
    """
    return address.lower()


@lru_cache(maxsize=65_536)  # there are few sets of topics, for many subscribers
def topics_of(text: str) -> tuple[str, ...]:
    """Topics as they stand in a row."""
    return tuple(text.split("\n")) if text else ()


def topics_text(topics: Collection[str]) -> str:
    """Topics as a row has them: sorted, so that equal sets are equal texts."""
    return "\n".join(sorted({*topics} - {""}))


def new_row(edition: str, address: str, state: SubscriberState, at: datetime) -> dict[str, Any]:
    """A row of somebody who is new, without name, language and topics."""
    return {
        "edition": edition,
        "key": key_of(address),
        "address": address,
        "state": state.value,
        "created_at": _aware(at),
        "since": at if state is _ACTIVE else None,
    }


def found(connection: Connection, *where: sa.ColumnElement[bool]) -> Subscriber | None:
    """The one subscriber of whom this is true; None where there is none."""
    row = connection.execute(sa.select(subscribers).where(*where)).one_or_none()
    return person(row) if row else None


def numbered(connection: Connection, number: int) -> Subscriber | None:
    """A subscriber by number."""
    row = straight(connection, _BY_NUMBER, (number,)).fetchone()
    return person(_Row._make((*row[:-1], given_back(row[-1], connection.dialect)))) if row else None


def let_go(connection: Connection, number: int) -> bool:
    """Unsubscribe who is pending or active; True where that changed anything."""
    return straight(connection, _LET_GO, (number,)).fetchone() is not None


def person_at(connection: Connection, edition: str, address: str) -> Subscriber | None:
    """The subscriber of an edition with an address."""
    return found(connection, subscribers.c.key == key_of(address), subscribers.c.edition == edition)


def locked(connection: Connection, edition: str, address: str) -> Subscriber:
    """A subscriber who is there, not to be changed by others before we are done."""
    query = sa.select(subscribers).where(
        subscribers.c.key == key_of(address), subscribers.c.edition == edition
    )
    return person(connection.execute(query.with_for_update()).one())


def person(row: Any) -> Subscriber:
    """A subscriber as a row has them."""
    return Subscriber(
        id=row.id,
        edition=row.edition,
        address=row.address,
        state=SubscriberState(row.state),
        name=row.name,
        language=row.language,
        topics=topics_of(row.topics),
        since=row.since,
    )


def consent_of(row: Any) -> Consent:
    """A line of consent as a row has it."""
    return Consent(
        action=ConsentAction(row.action), source=row.source, text=row.text, detail=row.detail, at=row.at
    )


def forget_elsewhere(connection: Connection, address: str, at: datetime) -> None:
    """Empty the wishes of an address that wait for an answer, and returned mail nobody has read yet."""
    query = sa.select(wishes.c.id, wishes.c.address).where(wishes.c.address != "")
    wished = [row.id for row in connection.execute(query) if key_of(row.address) == key_of(address)]
    emptied = {"address": "", "topics": "", "outcome": "erased", "settled_at": at}
    connection.execute(sa.update(wishes).where(wishes.c.id.in_(wished)).values(emptied))
    naming = list(_mails_naming(connection, key_of(address).encode("utf-8", "surrogatepass")))
    nothing = {"raw": b"", "recipients": "", "kind": ReturnKind.NOTHING.value, "settled_at": at}
    connection.execute(sa.update(returned_mails).where(returned_mails.c.id.in_(naming)).values(nothing))


def _mails_naming(connection: Connection, key: bytes) -> Iterator[int]:
    """The numbers of unread mails that hold an address, in capitals or not: SQL would not fold bytes."""
    after = 0
    columns = (returned_mails.c.id, returned_mails.c.raw, returned_mails.c.recipients)
    waiting = sa.select(*columns).where(returned_mails.c.settled_at.is_(None)).order_by(returned_mails.c.id)
    while rows := connection.execute(waiting.where(returned_mails.c.id > after).limit(100)).all():
        yield from (row.id for row in rows if key in (row.raw + row.recipients.encode("utf-8")).lower())
        after = rows[-1].id


def note(connection: Connection, number: int, consent: Consent) -> None:
    """Add a line to the record of consents."""
    at = kept(consent.at, connection.dialect)
    row = (number, consent.action.value, consent.source, consent.text, consent.detail, at)
    straight(connection, _NOTE, row)


def key_name(key: bytes) -> str:
    """What a key is called in a row; it says nothing of the key."""
    return sha256(b"digest name of " + key).hexdigest()[:12]


# What whoever leaves waits for.
_BY_NUMBER: Final = f"SELECT {', '.join(_Row._fields)} FROM subscribers WHERE id = ?"  # noqa: S608 - our names
_LET_GO: Final = (
    "UPDATE subscribers SET state = 'unsubscribed' WHERE id = ? AND state IN ('pending', 'active')"
    " RETURNING id"
)
_NOTE: Final = "INSERT INTO consents (subscriber, action, source, text, detail, at) VALUES (?, ?, ?, ?, ?, ?)"

# Made once: SQLAlchemy knows again what it has compiled sooner than what looks the same.
CONSENTS: Final = (
    sa.select(consents).where(consents.c.subscriber == sa.bindparam("subscriber")).order_by(consents.c.id)
)

# The active ones in the order of their numbers, straight from the partial index.
SOME_ACTIVE: Final = sa.text(
    "SELECT id, address, name, language, topics FROM subscribers"
    " WHERE edition = :edition AND state = 'active' AND id > :after ORDER BY id LIMIT :batch"
)

STAYING: Final = subscribers.c.state.in_((_PENDING.value, _ACTIVE.value))

# Who was pending, or has left, wants to come (again); what was known of them is said anew.
ASK_AGAIN: Final = (
    sa.update(subscribers)
    .where(
        subscribers.c.edition == sa.bindparam("which"),
        subscribers.c.key == sa.bindparam("whose"),
        subscribers.c.state.in_((_PENDING.value, _UNSUBSCRIBED.value)),
    )
    .values(
        state=_PENDING.value,
        since=None,
        name=sa.bindparam("name"),
        language=sa.bindparam("language"),
        topics=sa.bindparam("topics"),
    )
)

READMIT: Final = (
    sa.update(subscribers)
    .where(
        subscribers.c.edition == sa.bindparam("which"),
        subscribers.c.key == sa.bindparam("whose"),
        subscribers.c.state.in_((_UNSUBSCRIBED.value, _SUPPRESSED.value)),
    )
    .values(state=_PENDING.value, since=None)
    .returning(subscribers.c.id)
)

CONFIRM: Final = (
    sa.update(subscribers)
    .where(subscribers.c.id == sa.bindparam("number"), subscribers.c.state == _PENDING.value)
    .values(state=_ACTIVE.value, since=sa.bindparam("at", type_=subscribers.c.since.type))
)
