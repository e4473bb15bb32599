"""The editor's word on an issue that is to come: approved as it was, or held."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "editorial",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("approved_now", sa.DateTime(timezone=True)),
        sa.Column("approved_since", sa.DateTime(timezone=True)),
        sa.Column("approved_hash", sa.Text),
        sa.Column("approved_parts", sa.Text),
        sa.Column("held_at", sa.DateTime(timezone=True)),
        sa.Column("held_reason", sa.Text),
        comment="The editor's word on an issue: the draft that was approved, and whether it is held.",
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("editorial")
