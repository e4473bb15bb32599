"""The tables of `digest.db`, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Moment(TypeDecorator[datetime]):
    """An instant: kept in UTC, given back aware; one without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC; SQLite has no zones. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value} has no time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


_MOMENT: Final = Moment()


def kept(moment: datetime, dialect: Dialect) -> datetime | str:
    """A Moment as SQLAlchemy hands it to the driver, for what is said to that straight away.

    Raises:
        ValueError: it has no time zone.
    """
    instant = cast(datetime, _MOMENT.process_bind_param(moment, dialect))
    return instant.isoformat(sep=" ", timespec="microseconds") if dialect.name == "sqlite" else instant


def given_back(kept: datetime | str | None, dialect: Dialect) -> datetime | None:
    """A Moment as the driver gives it, in UTC."""
    instant = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return _MOMENT.process_result_value(instant, dialect)


metadata: Final = MetaData()

issues: Final = Table(
    "issues",
    metadata,
    Column("edition", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("label", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("date", Moment, nullable=False),
    Column("seal", Text, nullable=False),
    CheckConstraint("number > 0", name="issues_number_positive"),
    comment="Every sealed issue, as replayed from the archive.",
)

ledger: Final = Table(
    "ledger",
    metadata,
    Column("edition", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("action", Text, nullable=False),
    ForeignKeyConstraint(
        ["edition", "number"], ["issues.edition", "issues.number"], name="ledger_issue", ondelete="CASCADE"
    ),
    CheckConstraint("action IN ('published', 'updated', 'passed')", name="ledger_action_known"),
    comment="What each issue did with an entry.",
)

slots: Final = Table(
    "slots",
    metadata,
    Column("edition", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("claimed_at", Moment, nullable=False),
    Column("outcome", Text),
    Column("number", Integer),
    comment="Weekly slots that somebody took: by the primary key each is one issue, whoever races.",
)

sightings: Final = Table(
    "sightings",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("first_seen", Moment, nullable=False),
    comment="Each entry as the last collecting saw it; an empty hash where only an issue did.",
)

states: Final = Table(
    "states",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    comment="What a whole was at its last turn: while it is the same, nothing in it need be compared.",
)

feeds: Final = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("fault", Text, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("first_at", Moment),
    Column("tried_at", Moment),
    Column("good_at", Moment),
    Column("next_at", Moment),
    Column("wait_until", Moment),
    Column("gone_at", Moment),
    comment="Each feed as the last visit left it.",
)

feed_items: Final = Table(
    "feed_items",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("story", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("date", Moment),
    Column("fate", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("path", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("promised", Text),
    CheckConstraint("fate IN ('taken', 'merged', 'passed', 'unwanted')", name="feed_items_fate_known"),
    Index("feed_items_story", "story"),
    Index("feed_items_seen_at", "seen_at"),
    comment="Every item that a feed ever held: by the primary key none comes twice, whoever races.",
)

editorial: Final = Table(
    "editorial",
    metadata,
    Column("edition", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("approved_at", Moment),
    Column("approved_now", Moment),
    Column("approved_since", Moment),
    Column("approved_hash", Text),
    Column("approved_parts", Text),
    Column("held_at", Moment),
    Column("held_reason", Text),
    comment="The editor's word on an issue: the draft that was approved, and whether it is held.",
)

Number: Final = BigInteger().with_variant(Integer, "sqlite")
"""The type of numbers that the database gives: SQLite counts only an INTEGER by itself."""

subscribers: Final = Table(
    "subscribers",
    metadata,
    Column("id", Number, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("since", Moment),
    UniqueConstraint("key", "edition", name="subscribers_key_edition"),
    CheckConstraint(
        "state IN ('pending', 'active', 'unsubscribed', 'suppressed')", name="subscribers_state_known"
    ),
    Index(
        "subscribers_active",
        "edition",
        "id",
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    comment="Who subscribed what: `key` is the address in lower case, `topics` tag keys, a line each.",
    sqlite_autoincrement=True,  # a number is never given twice: the outbox remembers whom it was
)

consents: Final = Table(
    "consents",
    metadata,
    Column("id", Number, primary_key=True),
    Column("subscriber", Number, nullable=False),
    Column("action", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("consents_subscriber", "subscriber"),
    comment="What somebody agreed to or took back, and when; triggers refuse to change or delete.",
)

suppressions: Final = Table(
    "suppressions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("secret", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint(
        "reason IN ('bounce', 'complaint', 'erased', 'editor')", name="suppressions_reason_known"
    ),
    comment="Addresses that are never mailed again, as keyed hashes; `secret` tells by which secret.",
)

wishes: Final = Table(
    "wishes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("page_language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", Moment),
    Column("outcome", Text, nullable=False),
    Index(
        "wishes_open",
        "next_at",
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
    Index("wishes_who", "who"),
    comment="What the form was given, until a mail asks back; then only a hash of the address stays.",
    sqlite_autoincrement=True,
)

returned_mails: Final = Table(
    "returned_mails",
    metadata,
    Column("id", Number, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("kind", Text, nullable=False),
    Index(
        "returned_mails_open",
        "id",
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
    comment="Mail that came back, kept before it is acknowledged and emptied once it is understood.",
    sqlite_autoincrement=True,
)

mail_uids: Final = Table(
    "mail_uids",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("validity", Number, primary_key=True, autoincrement=False),
    Column("uid", Number, primary_key=True, autoincrement=False),
    comment="Mails of an IMAP folder that were fetched, by UIDVALIDITY and UID: none is taken twice.",
)

returns: Final = Table(
    "returns",
    metadata,
    Column("subscriber", Number, primary_key=True, autoincrement=False),
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("acted_at", Moment),
    CheckConstraint("kind IN ('hard', 'soft', 'blocked', 'complaint', 'leaving')", name="returns_kind_known"),
    Index("returns_issue", "edition", "issue"),
    Index("returns_acted_at", "acted_at"),
    comment="What came back of an issue, each kind once a subscriber; acted_at: when it suppressed.",
)

bounce_pauses: Final = Table(
    "bounce_pauses",
    metadata,
    Column("id", Number, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("resumed_at", Moment),
    comment="When returned mail wanted more suppressed than the cap, and when it was let go on.",
)
