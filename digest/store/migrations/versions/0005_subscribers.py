"""Subscribers, what they agreed to, and the addresses that are never mailed again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

SQLITE = """
CREATE TRIGGER consents_never_{verb} BEFORE {verb} ON consents
BEGIN SELECT RAISE(ABORT, 'consents are only ever added to'); END
"""
POSTGRESQL = (
    """
    CREATE FUNCTION consents_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'consents are only ever added to'; END $$
    """,
    """
    CREATE TRIGGER consents_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON consents
    FOR EACH STATEMENT EXECUTE FUNCTION consents_refuse()
    """,
)


def upgrade() -> None:
    """Make the three tables, and close the consents to changes."""
    op.create_table(
        "subscribers",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("key", "edition", name="subscribers_key_edition"),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'unsubscribed', 'suppressed')", name="subscribers_state_known"
        ),
        comment="Who subscribed what: `key` is the address in lower case, `topics` tag keys, a line each.",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "subscribers_active",
        "subscribers",
        ["edition", "id"],
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "consents",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("subscriber", NUMBER, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        comment="What somebody agreed to or took back, and when; triggers refuse to change or delete.",
    )
    op.create_index("consents_subscriber", "consents", ["subscriber"])
    op.create_table(
        "suppressions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('bounce', 'complaint', 'erased', 'editor')", name="suppressions_reason_known"
        ),
        comment="Addresses that are never mailed again, as keyed hashes; `secret` tells by which secret.",
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("suppressions")
    op.drop_table("consents")
    op.drop_table("subscribers")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION consents_refuse()")
