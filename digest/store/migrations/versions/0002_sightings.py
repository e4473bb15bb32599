"""What collecting saw of each entry, and when first; what the whole was then."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "sightings",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("likeness", sa.Text, nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        comment="Each entry as the last collecting saw it; an empty hash where only an issue did.",
    )
    op.create_table(
        "states",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        comment="What a whole was at its last turn: while it is the same, nothing in it need be compared.",
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("states")
    op.drop_table("sightings")
