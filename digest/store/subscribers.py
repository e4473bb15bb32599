"""Subscribers: where each stands, what each agreed to, and who is never mailed again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hmac import digest
from typing import Final, NamedTuple

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
from digest.store import subscriber_queries as queries
from digest.store.records import Store, _aware
from digest.store.subscriber_queries import key_of, topics_of, topics_text
from digest.store.tables import subscribers, suppressions

__all__ = ["Asked", "Recipient", "Subscribers", "key_of", "topics_of", "topics_text"]

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

    @property
    def store(self) -> Store:
        """The open store that they are in."""
        return self._store

    def get(self, number: int) -> Subscriber | None:
        """A subscriber by number."""
        with self._store._reading() as connection:
            return queries.numbered(connection, number)

    def find(self, edition: str, address: str) -> Subscriber | None:
        """A subscriber of an edition by address."""
        return self._one(subscribers.c.key == key_of(address), subscribers.c.edition == edition)

    def everywhere(self, address: str) -> tuple[Subscriber, ...]:
        """The subscriptions of an address, of every edition."""
        query = sa.select(subscribers).where(subscribers.c.key == key_of(address))
        with self._store._reading() as connection:
            return tuple(
                queries.person(row) for row in connection.execute(query.order_by(subscribers.c.edition))
            )

    def _one(self, *where: sa.ColumnElement[bool]) -> Subscriber | None:
        with self._store._reading() as connection:
            return queries.found(connection, *where)

    def active(self, edition: str, *, after: int = 0, batch: int = 5_000) -> Iterator[list[Recipient]]:
        """The active subscribers of an edition with numbers above `after`, in their order, so many at a time.

        Nothing is held open between two batches: who leaves meanwhile is not in the next one.
        """
        while True:
            with self._store._reading() as connection:
                values = {"edition": edition, "after": after, "batch": batch}
                rows = connection.execute(queries.SOME_ACTIVE, values).all()
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
            return tuple(
                queries.consent_of(row)
                for row in connection.execute(queries.CONSENTS, {"subscriber": number})
            )

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
                return Asked(subscriber=queries.person_at(connection, edition, address), before=_SUPPRESSED)
            row = queries.new_row(edition, address, _PENDING, consent.at) | values
            if connection.execute(self._insert(), row).first():
                before = None
            else:
                before = queries.locked(connection, edition, address).state
                if before in (_PENDING, _UNSUBSCRIBED):
                    connection.execute(
                        queries.ASK_AGAIN, values | {"which": edition, "whose": key_of(address)}
                    )
            found = queries.person_at(connection, edition, address)
            if found and before in (None, _PENDING, _UNSUBSCRIBED):
                queries.note(connection, found.id, consent)
        return Asked(subscriber=found, before=before)

    def note(self, number: int, consent: Consent) -> None:
        """Add a line to somebody's record, which changes nothing else."""
        with self._changing() as connection:
            queries.note(connection, number, consent)

    def confirm(self, number: int, consent: Consent) -> Subscriber | None:
        """Make active who is pending; None where they have left, are suppressed, or are not there.

        Who is active already stays so, and nothing is written.
        """
        with self._changing() as connection:
            found = queries.numbered(connection, number)
            if found is None or self._is_suppressed(connection, found.address):
                return None
            if found.state is _PENDING:
                connection.execute(queries.CONFIRM, {"number": number, "at": _aware(consent.at)})
                queries.note(connection, number, consent)
            found = queries.numbered(connection, number)
        return found if found and found.state is _ACTIVE else None

    def unsubscribe(self, number: int, consent: Consent) -> bool:
        """Let somebody go who is pending or active; True where that changed anything."""
        with self._store._writing() as connection:
            left = queries.let_go(connection, number)
            if left:
                queries.note(connection, number, consent)
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
        changing = (
            sa.update(subscribers).where(subscribers.c.id == number, queries.STAYING, differs).values(values)
        )
        with self._store._writing() as connection:
            changed = connection.execute(changing.returning(subscribers.c.id)).first() is not None
            if changed:
                queries.note(connection, number, consent)
        return changed

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
                queries.note(connection, number, consent)
        return new

    def erase(self, address: str, at: datetime, *, source: str = "editor") -> int:
        """Forget an address, all but the hash that keeps it out; returns how many subscriptions it had.

        The record of consents stays, under a number that nobody has any more: there is no address in it. What
        it asked for and was not answered yet is forgotten, and so is mail that came back and names it.
        """
        consent = Consent(action=ConsentAction.ERASED, source=source, at=at)
        with self._changing() as connection:
            self._suppress(connection, address, SuppressionReason.ERASED, at)
            deleting = sa.delete(subscribers).where(subscribers.c.key == key_of(address))
            numbers = connection.execute(deleting.returning(subscribers.c.id)).scalars().all()
            for number in numbers:
                queries.note(connection, number, consent)
            queries.forget_elsewhere(connection, address, _aware(at))
        return len(numbers)

    def readmit(self, edition: str, address: str, at: datetime, *, source: str = "editor") -> bool:
        """Let back an address that left or is suppressed, since it asked for it: pending from now on.

        True where it was away. Its suppression is lifted; other editions stay closed until they are asked.
        """
        consent = Consent(action=ConsentAction.ASKED, source=source, detail="let back", at=at)
        with self._changing() as connection:
            lifting = sa.delete(suppressions).where(suppressions.c.hash.in_(self.hashes(address)))
            lifted = connection.execute(lifting.returning(suppressions.c.hash)).first() is not None
            row = connection.execute(queries.READMIT, {"which": edition, "whose": key_of(address)}).first()
            if row:
                queries.note(connection, row.id, consent)
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
            "secret": queries.key_name(self._keys[0]),
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
        if made - {queries.key_name(key) for key in self._keys}:
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
