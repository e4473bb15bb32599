"""What came back: raw mail until it is understood, what it said of whom, and the cap on what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from digest.model.people import ReturnKind
from digest.store.connecting import straight
from digest.store.records import Store, _aware
from digest.store.tables import bounce_pauses, kept, mail_uids, returned_mails, returns

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """A mail that waits to be understood; `recipients` are those of its envelope, where they are known."""

    id: int
    raw: bytes
    recipients: tuple[str, ...]
    way: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What came back of an issue from one subscriber; `way` is how we know, `acted_at` when it suppressed."""

    subscriber: int
    issue: int
    kind: ReturnKind
    edition: str
    at: datetime
    status: str = ""
    reason: str = ""
    way: str = ""
    acted_at: datetime | None = None


class Bounces:
    """What came back, in an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Mail, until it is understood

    def keep(self, raw: bytes, way: str, at: datetime, recipients: Iterable[str] = ()) -> bool:
        """Put a mail on the disk; False where the same one came before. It is safe when this returns."""
        return self.keep_many([(raw, tuple(recipients))], way, at) == 1

    def keep_many(self, mails: Iterable[tuple[bytes, tuple[str, ...]]], way: str, at: datetime) -> int:
        """As keep, for mails with the recipients of their envelopes; returns how many were new."""
        with self._store._writing() as connection:
            return sum(self._kept(connection, raw, way, at, recipients) for raw, recipients in mails)

    def keep_from(
        self, mailbox: str, validity: int, mails: Iterable[tuple[int, bytes]], way: str, at: datetime
    ) -> int:
        """As keep_many, for the mails of an IMAP folder by their UIDs, which are remembered with them."""
        new = 0
        with self._store._writing() as connection:
            for uid, raw in mails:
                row = {"mailbox": mailbox, "validity": validity, "uid": uid}
                if connection.execute(self._store._insert_once(mail_uids), row).first():
                    new += self._kept(connection, raw, way, at, ())
        return new

    def seen_uids(self, mailbox: str, validity: int) -> set[int]:
        """The UIDs of an IMAP folder that were taken already."""
        query = sa.select(mail_uids.c.uid).where(
            mail_uids.c.mailbox == mailbox, mail_uids.c.validity == validity
        )
        with self._store._reading() as connection:
            return set(connection.execute(query).scalars())

    def waiting(self, limit: int = 200) -> tuple[ReturnedMail, ...]:
        """Mails that nobody has understood yet, the oldest first."""
        with self._store._reading() as connection:
            rows = connection.execute(_WAITING.limit(limit)).all()
        return tuple(
            ReturnedMail(
                id=row.id,
                raw=row.raw,
                recipients=tuple(row.recipients.split("\n")) if row.recipients else (),
                way=row.way,
                arrived_at=row.arrived_at,
            )
            for row in rows
        )

    def settle(self, kinds: Mapping[int, ReturnKind], at: datetime) -> None:
        """Say what mails were, by number, and empty them: what they hold of people is not ours to keep."""
        rows = [{"number": number, "kind_": kind.value, "at_": _aware(at)} for number, kind in kinds.items()]
        with self._store._writing() as connection:
            connection.execute(_SETTLED, rows)

    def _kept(
        self, connection: sa.Connection, raw: bytes, way: str, at: datetime, recipients: Iterable[str]
    ) -> bool:
        told = "\n".join(each for each in recipients if "\n" not in each)
        row = {
            "digest": sha256(told.encode("utf-8", "replace") + b"\n\n" + raw).hexdigest(),
            "raw": raw,
            "recipients": told,
            "way": way,
            "arrived_at": _aware(at),
            "kind": "",
        }
        inserting = self._store._insert_once(returned_mails, [returned_mails.c.digest])
        return connection.execute(inserting, row).first() is not None

    # What it said

    def record(self, back: Return) -> bool:
        """Take down what came back; False where this subscriber's issue had come back so before."""
        told = (
            back.subscriber,
            back.issue,
            back.kind.value,
            back.edition,
            back.status,
            back.reason,
            back.way,
        )
        with self._store._writing() as connection:
            row = (*told, kept(back.at, connection.dialect))
            return straight(connection, _RECORD, row).fetchone() is not None

    def of(self, subscriber: int) -> tuple[Return, ...]:
        """What came back from a subscriber, the oldest first."""
        query = sa.select(returns).where(returns.c.subscriber == subscriber).order_by(returns.c.at)
        with self._store._reading() as connection:
            return tuple(_return(row) for row in connection.execute(query))

    def counts(self, edition: str, issue: int) -> dict[ReturnKind, int]:
        """How many subscribers' mails of an issue came back, by kind; what `digest report` shows."""
        query = sa.select(returns.c.kind, sa.func.count()).where(
            returns.c.edition == edition, returns.c.issue == issue
        )
        with self._store._reading() as connection:
            found = {row[0]: row[1] for row in connection.execute(query.group_by(returns.c.kind))}
        return {kind: found.get(kind.value, 0) for kind in _COUNTED}

    def moments(self, edition: str, issue: int) -> tuple[tuple[datetime, ReturnKind], ...]:
        """When what came back of an issue, the oldest first; for a chart over time."""
        query = sa.select(returns.c.at, returns.c.kind).where(
            returns.c.edition == edition, returns.c.issue == issue
        )
        with self._store._reading() as connection:
            rows = connection.execute(query.order_by(returns.c.at))
            return tuple((row.at, ReturnKind(row.kind)) for row in rows)

    # The cap

    def acted(self, subscriber: int, issue: int, kind: ReturnKind, at: datetime) -> None:
        """Say that this is what suppressed the subscriber."""
        values = {"who": subscriber, "what": issue, "kind_": kind.value, "at_": _aware(at)}
        with self._store._writing() as connection:
            connection.execute(_ACTED, values)

    def acted_since(self, since: datetime) -> int:
        """How many addresses returned mail has suppressed since then; what SMTP refused does not count."""
        query = sa.select(sa.func.count()).where(returns.c.acted_at >= _aware(since), returns.c.way != "smtp")
        with self._store._reading() as connection:
            return int(connection.execute(query.select_from(returns)).scalar_one())

    def undone(self) -> tuple[int, ...]:
        """Subscribers of whom something came back that has suppressed nobody yet."""
        query = sa.select(returns.c.subscriber).where(
            returns.c.acted_at.is_(None), returns.c.kind.in_(("hard", "soft", "complaint"))
        )
        with self._store._reading() as connection:
            return tuple(connection.execute(query.distinct().order_by(returns.c.subscriber)).scalars())

    def pause(self, at: datetime) -> None:
        """Let returned mail suppress nobody until an editor lets it."""
        with self._store._writing() as connection:
            if connection.execute(_PAUSED).first() is None:
                connection.execute(sa.insert(bounce_pauses), {"at": _aware(at)})

    def paused_since(self) -> datetime | None:
        """Since when returned mail suppresses nobody; None where it does."""
        with self._store._reading() as connection:
            row = connection.execute(_PAUSED).first()
        return row.at if row else None

    def resume(self, at: datetime) -> bool:
        """Let returned mail suppress again, counting from now; False where it was not paused."""
        with self._store._writing() as connection:
            return connection.execute(_RESUME, {"at_": _aware(at)}).first() is not None

    def resumed_at(self) -> datetime | None:
        """When an editor last let it go on."""
        query = sa.select(sa.func.max(bounce_pauses.c.resumed_at, type_=bounce_pauses.c.resumed_at.type))
        with self._store._reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def forget(self, before: datetime) -> None:
        """Forget by which hashes mails were known that came before then; they will not come again."""
        with self._store._writing() as connection:
            connection.execute(_FORGET, {"before": _aware(before)})


_RECORD: Final = (
    "INSERT INTO returns (subscriber, issue, kind, edition, status, reason, way, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING subscriber"
)

_COUNTED: Final = (
    ReturnKind.HARD,
    ReturnKind.SOFT,
    ReturnKind.BLOCKED,
    ReturnKind.COMPLAINT,
    ReturnKind.LEAVING,
)


def _return(row: Any) -> Return:
    return Return(**(dict(row._mapping) | {"kind": ReturnKind(row.kind)}))


_WAITING: Final = (
    sa.select(returned_mails).where(returned_mails.c.settled_at.is_(None)).order_by(returned_mails.c.id)
)

_SETTLED: Final = (
    sa.update(returned_mails)
    .where(returned_mails.c.id == sa.bindparam("number"))
    .values(
        raw=b"",
        recipients="",
        kind=sa.bindparam("kind_"),
        settled_at=sa.bindparam("at_", type_=returned_mails.c.settled_at.type),
    )
)

_ACTED: Final = (
    sa.update(returns)
    .where(
        returns.c.subscriber == sa.bindparam("who"),
        returns.c.issue == sa.bindparam("what"),
        returns.c.kind == sa.bindparam("kind_"),
    )
    .values(acted_at=sa.bindparam("at_", type_=returns.c.acted_at.type))
)

_PAUSED: Final = sa.select(bounce_pauses.c.at).where(bounce_pauses.c.resumed_at.is_(None))

_RESUME: Final = (
    sa.update(bounce_pauses)
    .where(bounce_pauses.c.resumed_at.is_(None))
    .values(resumed_at=sa.bindparam("at_", type_=bounce_pauses.c.resumed_at.type))
    .returning(bounce_pauses.c.id)
)

_FORGET: Final = sa.delete(returned_mails).where(
    returned_mails.c.settled_at.is_not(None),
    returned_mails.c.arrived_at < sa.bindparam("before", type_=returned_mails.c.arrived_at.type),
)
