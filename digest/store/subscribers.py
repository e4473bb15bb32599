"""Subscribers: where each stands, what each agreed to, and who is never mailed again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StoreError
from digest.model.people import (
    Consent,
    ConsentAction,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from digest.store.records import Store, _aware
from digest.store.tables import consents, subscribers, suppressions

_MANY: Final = 500  # values in one IN (…): SQLite takes 32,766 parameters, PostgreSQL 65,535
_LOCK: Final = (
    0x70656F706C65  # "people": who changes what suppressions decide, one at a time on PostgreSQL too
)

_PENDING, _ACTIVE = SubscriberState.PENDING, SubscriberState.ACTIVE
_UNSUBSCRIBED, _SUPPRESSED = SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED


class Recipient(NamedTuple):
    """An active subscriber as a sender needs them; `topics` are tag keys, none means every topic."""

    id: int
    address: str
    name: str
    language: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of a wish to subscribe: where they stood before (None: unknown), and how they stand now.

    `subscriber` is None where the address is suppressed and has no subscription of this edition.
    """

    subscriber: Subscriber | None
    before: SubscriberState | None


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


class Subscribers:
    """The subscribers of an open store; methods raise StoreError as the store's do.

    `keys` are those of suppressions (`digest.deliver.secrets.Keyring.keys("suppressions")`): by the first new
    ones are made, by each of them old ones are known. Whoever neither adds nor suppresses needs none.
    """

    def __init__(self, store: Store, keys: Sequence[bytes] = ()) -> None:
        self._store = store
        self._keys = tuple(keys)
        self._keys_checked = False

    # Who is there

    def get(self, number: int) -> Subscriber | None:
        """A subscriber by number."""
        return self._one(subscribers.c.id == number)

    def find(self, edition: str, address: str) -> Subscriber | None:
        """A subscriber of an edition by address."""
        return self._one(subscribers.c.key == key_of(address), subscribers.c.edition == edition)

    def everywhere(self, address: str) -> tuple[Subscriber, ...]:
        """The subscriptions of an address, of every edition."""
        query = sa.select(subscribers).where(subscribers.c.key == key_of(address))
        with self._store._reading() as connection:
            return tuple(
                _subscriber(row) for row in connection.execute(query.order_by(subscribers.c.edition))
            )

    def _one(self, *where: sa.ColumnElement[bool]) -> Subscriber | None:
        with self._store._reading() as connection:
            return _found(connection, *where)

    def active(self, edition: str, *, after: int = 0, batch: int = 5_000) -> Iterator[list[Recipient]]:
        """The active subscribers of an edition with numbers above `after`, in their order, so many at a time.

        Nothing is held open between two batches: who leaves meanwhile is not in the next one.
        """
        while True:
            with self._store._reading() as connection:
                values = {"edition": edition, "after": after, "batch": batch}
                rows = connection.execute(_SOME_ACTIVE, values).all()
            if not rows:
                return
            after = rows[-1][0]
            yield [Recipient(row[0], row[1], row[2], row[3], topics_of(row[4])) for row in rows]

    def still_active(self, numbers: Collection[int]) -> set[int]:
        """Those of these numbers whose subscription is active now: what a sender asks before it mails."""
        found: set[int] = set()
        asked = list(numbers)
        with self._store._reading() as connection:
            for start in range(0, len(asked), _MANY):
                some = subscribers.c.id.in_(asked[start : start + _MANY])
                query = sa.select(subscribers.c.id).where(some, subscribers.c.state == _ACTIVE.value)
                found |= set(connection.execute(query).scalars())
        return found

    def counts(self, edition: str | None = None) -> dict[SubscriberState, int]:
        """How many there are in each state, of an edition or of all."""
        query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
        if edition is not None:
            query = query.where(subscribers.c.edition == edition)
        with self._store._reading() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state.value, 0) for state in SubscriberState}

    def consents(self, number: int) -> tuple[Consent, ...]:
        """What was recorded of a subscriber, the oldest first; also of one who was erased."""
        with self._store._reading() as connection:
            return tuple(_consent(row) for row in connection.execute(_CONSENTS, {"subscriber": number}))

    # Coming, changing, leaving

    def ask(
        self,
        edition: str,
        address: str,
        consent: Consent,
        *,
        name: str = "",
        language: str = "",
        topics: Collection[str] = (),
    ) -> Asked:
        """Take down that somebody wants an edition: pending, also after having left; see Asked.

        What is given for somebody who is pending replaces what was; who is active or suppressed stays so.
        """
        values = {"name": name, "language": language, "topics": topics_text(topics)}
        with self._changing() as connection:
            if self._is_suppressed(connection, address):
                return Asked(subscriber=_at(connection, edition, address), before=_SUPPRESSED)
            row = _row(edition, address, _PENDING, consent.at) | values
            if connection.execute(self._insert(), row).first():
                before = None
            else:
                before = _locked(connection, edition, address).state
                if before in (_PENDING, _UNSUBSCRIBED):
                    connection.execute(_ASK_AGAIN, values | {"which": edition, "whose": key_of(address)})
            found = _at(connection, edition, address)
            if found and before in (None, _PENDING, _UNSUBSCRIBED):
                _note(connection, found.id, consent)
        return Asked(subscriber=found, before=before)

    def confirm(self, number: int, consent: Consent) -> Subscriber | None:
        """Make active who is pending; None where they have left, are suppressed, or are not there.

        Who is active already stays so, and nothing is written.
        """
        with self._changing() as connection:
            found = _found(connection, subscribers.c.id == number)
            if found is None or self._is_suppressed(connection, found.address):
                return None
            if found.state is _PENDING:
                connection.execute(_CONFIRM, {"number": number, "at": _aware(consent.at)})
                _note(connection, number, consent)
            found = _found(connection, subscribers.c.id == number)
        return found if found and found.state is _ACTIVE else None

    def unsubscribe(self, number: int, consent: Consent) -> bool:
        """Let somebody go who is pending or active; True where that changed anything."""
        with self._store._writing() as connection:
            left = connection.execute(_LEAVE, {"number": number}).first() is not None
            if left:
                _note(connection, number, consent)
        return left

    def prefer(
        self,
        number: int,
        consent: Consent,
        *,
        name: str | None = None,
        language: str | None = None,
        topics: Collection[str] | None = None,
    ) -> bool:
        """Change what is given, of somebody pending or active; True where that changed anything."""
        said = {"name": name, "language": language, "topics": None if topics is None else topics_text(topics)}
        values = {key: value for key, value in said.items() if value is not None}
        if not values:
            return False
        differs = sa.or_(*(subscribers.c[key] != value for key, value in values.items()))
        changing = sa.update(subscribers).where(subscribers.c.id == number, _STAYING, differs).values(values)
        with self._store._writing() as connection:
            changed = connection.execute(changing.returning(subscribers.c.id)).first() is not None
            if changed:
                _note(connection, number, consent)
        return changed

    def note(self, number: int, consent: Consent) -> None:
        """Add a line to the record of consents."""
        with self._store._writing() as connection:
            _note(connection, number, consent)

    # Never again

    def is_suppressed(self, address: str) -> bool:
        """Whether an address must never be mailed again."""
        with self._store._reading() as connection:
            return self._is_suppressed(connection, address)

    def suppressed(self, address: str) -> tuple[SuppressionReason, datetime] | None:
        """Why and since when an address must never be mailed again; None where it may be."""
        with self._store._reading() as connection:
            self._check_keys(connection)
            query = sa.select(suppressions).where(suppressions.c.hash.in_(self.hashes(address)))
            row = connection.execute(query.order_by(suppressions.c.at)).first()
        return (SuppressionReason(row.reason), row.at) if row else None

    def suppress(
        self,
        address: str,
        reason: SuppressionReason,
        at: datetime,
        *,
        source: str = "bounce",
        detail: str = "",
    ) -> bool:
        """Never mail an address again, whatever it has subscribed; False where that was so already.

        `source` and `detail` stand in the record of consents.
        """
        consent = Consent(
            action=ConsentAction.SUPPRESSED, source=source, detail=detail or reason.value, at=at
        )
        with self._changing() as connection:
            new = self._suppress(connection, address, reason, at)
            changing = sa.update(subscribers).where(
                subscribers.c.key == key_of(address), subscribers.c.state != _SUPPRESSED.value
            )
            closed = connection.execute(changing.values(state=_SUPPRESSED.value).returning(subscribers.c.id))
            for number in closed.scalars().all():
                _note(connection, number, consent)
        return new

    def erase(self, address: str, at: datetime, *, source: str = "editor") -> int:
        """Forget an address, all but the hash that keeps it out; returns how many subscriptions it had.

        The record of consents stays, under a number that nobody has any more: there is no address in it.
        """
        consent = Consent(action=ConsentAction.ERASED, source=source, at=at)
        with self._changing() as connection:
            self._suppress(connection, address, SuppressionReason.ERASED, at)
            deleting = sa.delete(subscribers).where(subscribers.c.key == key_of(address))
            numbers = connection.execute(deleting.returning(subscribers.c.id)).scalars().all()
            for number in numbers:
                _note(connection, number, consent)
        return len(numbers)

    def readmit(self, edition: str, address: str, at: datetime, *, source: str = "editor") -> bool:
        """Let back an address that left or is suppressed, since it asked for it: pending from now on.

        True where it was away. Its suppression is lifted; other editions stay closed until they are asked.
        """
        consent = Consent(action=ConsentAction.ASKED, source=source, detail="let back", at=at)
        with self._changing() as connection:
            lifting = sa.delete(suppressions).where(suppressions.c.hash.in_(self.hashes(address)))
            lifted = connection.execute(lifting.returning(suppressions.c.hash)).first() is not None
            row = connection.execute(_READMIT, {"which": edition, "whose": key_of(address)}).first()
            if row:
                _note(connection, row.id, consent)
        return lifted or row is not None

    def hashes(self, address: str) -> tuple[str, ...]:
        """An address as each key makes it, the signing one first."""
        told = key_of(address).encode("utf-8", "surrogatepass")
        return tuple(digest(key, told, "sha256").hex() for key in self._given_keys())

    def _given_keys(self) -> tuple[bytes, ...]:
        if not self._keys:
            raise ValueError("these subscribers were opened without the keys of suppressions")
        return self._keys

    def _is_suppressed(self, connection: Connection, address: str) -> bool:
        self._check_keys(connection)
        query = sa.select(suppressions.c.hash).where(suppressions.c.hash.in_(self.hashes(address)))
        return connection.execute(query).first() is not None

    def _suppress(
        self, connection: Connection, address: str, reason: SuppressionReason, at: datetime
    ) -> bool:
        known = self._is_suppressed(connection, address)
        row = {
            "hash": self.hashes(address)[0],
            "secret": _name(self._keys[0]),
            "reason": reason.value,
            "at": _aware(at),
        }
        connection.execute(self._store._insert_once(suppressions), row)
        return not known

    def _check_keys(self, connection: Connection) -> None:
        """Refuse to work without a secret that suppressions were made with: they would let everybody in."""
        if self._keys_checked:
            return
        self._given_keys()
        made = set(connection.execute(sa.select(suppressions.c.secret).distinct()).scalars())
        if made - {_name(key) for key in self._keys}:
            raise StoreError(
                "there are suppressions that were made with another secret",
                subject="DIGEST_SECRET",
                hint="give the former secret in DIGEST_SECRET_OLD, or bring back var/secret.key",
            )
        self._keys_checked = True

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction in which nobody else suppresses: SQLite's are so, PostgreSQL's need a lock."""
        with self._store._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    def _insert(self) -> sa.Executable:
        return self._store._insert_once(subscribers, [subscribers.c.key, subscribers.c.edition])


def _row(edition: str, address: str, state: SubscriberState, at: datetime) -> dict[str, Any]:
    return {
        "edition": edition,
        "key": key_of(address),
        "address": address,
        "state": state.value,
        "created_at": _aware(at),
        "since": at if state is _ACTIVE else None,
    }


def _found(connection: Connection, *where: sa.ColumnElement[bool]) -> Subscriber | None:
    row = connection.execute(sa.select(subscribers).where(*where)).one_or_none()
    return _subscriber(row) if row else None


def _at(connection: Connection, edition: str, address: str) -> Subscriber | None:
    return _found(connection, subscribers.c.key == key_of(address), subscribers.c.edition == edition)


def _locked(connection: Connection, edition: str, address: str) -> Subscriber:
    """A subscriber who is there, not to be changed by others before we are done."""
    query = sa.select(subscribers).where(
        subscribers.c.key == key_of(address), subscribers.c.edition == edition
    )
    return _subscriber(connection.execute(query.with_for_update()).one())


def _subscriber(row: Any) -> Subscriber:
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


def _consent(row: Any) -> Consent:
    return Consent(
        action=ConsentAction(row.action), source=row.source, text=row.text, detail=row.detail, at=row.at
    )


def _note(connection: Connection, number: int, consent: Consent) -> None:
    row = {
        "subscriber": number,
        "action": consent.action.value,
        "source": consent.source,
        "text": consent.text,
        "detail": consent.detail,
        "at": _aware(consent.at),
    }
    connection.execute(sa.insert(consents), row)


def _name(key: bytes) -> str:
    """What a key is called in a row; it says nothing of the key."""
    return sha256(b"digest name of " + key).hexdigest()[:12]


_CONSENTS: Final = (
    sa.select(consents).where(consents.c.subscriber == sa.bindparam("subscriber")).order_by(consents.c.id)
)

# The active ones in the order of their numbers, straight from the partial index.
_SOME_ACTIVE: Final = sa.text(
    "SELECT id, address, name, language, topics FROM subscribers"
    " WHERE edition = :edition AND state = 'active' AND id > :after ORDER BY id LIMIT :batch"
)

_STAYING: Final = subscribers.c.state.in_((_PENDING.value, _ACTIVE.value))

# Who was pending, or has left, wants to come (again); what was known of them is said anew.
_ASK_AGAIN: Final = (
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

_READMIT: Final = (
    sa.update(subscribers)
    .where(
        subscribers.c.edition == sa.bindparam("which"),
        subscribers.c.key == sa.bindparam("whose"),
        subscribers.c.state.in_((_UNSUBSCRIBED.value, _SUPPRESSED.value)),
    )
    .values(state=_PENDING.value, since=None)
    .returning(subscribers.c.id)
)

_CONFIRM: Final = (
    sa.update(subscribers)
    .where(subscribers.c.id == sa.bindparam("number"), subscribers.c.state == _PENDING.value)
    .values(state=_ACTIVE.value, since=sa.bindparam("at", type_=subscribers.c.since.type))
)

_LEAVE: Final = (
    sa.update(subscribers)
    .where(subscribers.c.id == sa.bindparam("number"), _STAYING)
    .values(state=_UNSUBSCRIBED.value)
    .returning(subscribers.c.id)
)
