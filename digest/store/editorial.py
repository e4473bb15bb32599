"""What the database knows of the editor's word on issues: approved drafts, and what is held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from digest.store.records import Store
from digest.store.tables import editorial


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A draft that an editor approved: its hash, the `now` (and `since`) that it was made at.

    `parts` are the hashes of what it is made of, by name, to tell what drifted; `at` is when it was approved.
    """

    at: datetime
    now: datetime
    hash: str
    parts: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An issue that is not to go out until somebody releases it."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The editor's word on an issue: both may be said, and then the hold is obeyed."""

    approval: Approval | None = None
    hold: Hold | None = None


class Editorial:
    """The editor's words in an open store; methods raise StoreError as the store's do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def word(self, edition: str, number: int) -> Word:
        """What was said of an issue; also where the database is of an earlier digest, and knows no words."""
        with self._store._reading() as connection:
            if not sa.inspect(connection).has_table(editorial.name):
                return Word()
            row = connection.execute(_WORD, {"edition": edition, "number": number}).one_or_none()
        return _word(row) if row else Word()

    def approve(self, edition: str, number: int, approval: Approval) -> None:
        """Note an approval in the place of an earlier one; it releases what was held."""
        values: dict[str, datetime | str | None] = {
            "approved_at": approval.at,
            "approved_now": approval.now,
            "approved_since": approval.since,
            "approved_hash": approval.hash,
            "approved_parts": json.dumps(dict(approval.parts), sort_keys=True),
        }
        self._say(edition, number, values | _RELEASED)

    def withdraw(self, edition: str, number: int) -> None:
        """Take an approval back."""
        self._say(edition, number, _WITHDRAWN)

    def hold(self, edition: str, number: int, hold: Hold) -> None:
        """Hold an issue; an approval is kept for when it is released."""
        self._say(edition, number, {"held_at": hold.at, "held_reason": hold.reason})

    def release(self, edition: str, number: int) -> None:
        """Hold an issue no longer."""
        self._say(edition, number, _RELEASED)

    def _say(self, edition: str, number: int, values: Mapping[str, Any]) -> None:
        key = {"edition": edition, "number": number}
        with self._store._writing() as connection:
            connection.execute(self._store._insert_once(editorial), key)
            connection.execute(
                sa.update(editorial)
                .where(editorial.c.edition == edition, editorial.c.number == number)
                .values(dict(values))
            )


_RELEASED: Final[dict[str, datetime | str | None]] = {"held_at": None, "held_reason": None}
_WITHDRAWN: Final[dict[str, datetime | str | None]] = dict.fromkeys(
    ("approved_at", "approved_now", "approved_since", "approved_hash", "approved_parts")
)

_WORD: Final = sa.select(editorial).where(
    editorial.c.edition == sa.bindparam("edition"), editorial.c.number == sa.bindparam("number")
)


def _word(row: sa.Row[Any]) -> Word:
    approval = hold = None
    if row.approved_at is not None:
        approval = Approval(
            at=row.approved_at,
            now=row.approved_now,
            since=row.approved_since,
            hash=row.approved_hash,
            parts=json.loads(row.approved_parts),
        )
    if row.held_at is not None:
        hold = Hold(at=row.held_at, reason=row.held_reason)
    return Word(approval=approval, hold=hold)
