"""Wishes of the form, mail that came back, and what it said of whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Make the five tables."""
    op.create_table(
        "wishes",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("page_language", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("outcome", sa.Text, nullable=False),
        comment="What the form was given, until a mail asks back; then only a hash of the address stays.",
        sqlite_autoincrement=True,
    )
    op.create_index("wishes_open", "wishes", ["next_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("wishes_who", "wishes", ["who"])
    op.create_table(
        "returned_mails",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("kind", sa.Text, nullable=False),
        comment="Mail that came back, kept before it is acknowledged and emptied once it is understood.",
        sqlite_autoincrement=True,
    )
    op.create_index("returned_mails_open", "returned_mails", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "mail_uids",
        sa.Column("mailbox", sa.Text, primary_key=True),
        sa.Column("validity", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("uid", NUMBER, primary_key=True, autoincrement=False),
        comment="Mails of an IMAP folder that were fetched, by UIDVALIDITY and UID: none is taken twice.",
    )
    op.create_table(
        "returns",
        sa.Column("subscriber", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("issue", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("acted_at", MOMENT),
        sa.CheckConstraint(
            "kind IN ('hard', 'soft', 'blocked', 'complaint', 'leaving')", name="returns_kind_known"
        ),
        comment="What came back of an issue, each kind once a subscriber; acted_at: when it suppressed.",
    )
    op.create_index("returns_issue", "returns", ["edition", "issue"])
    op.create_index("returns_acted_at", "returns", ["acted_at"])
    op.create_table(
        "bounce_pauses",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("resumed_at", MOMENT),
        comment="When returned mail wanted more suppressed than the cap, and when it was let go on.",
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("bounce_pauses", "returns", "mail_uids", "returned_mails", "wishes"):
        op.drop_table(table)
