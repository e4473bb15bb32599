"""Issues, what each did with an entry, and the weekly slots."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first three tables."""
    op.create_table(
        "issues",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.CheckConstraint("number > 0", name="issues_number_positive"),
        comment="Every sealed issue, as replayed from the archive.",
    )
    op.create_table(
        "ledger",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition", "number"],
            ["issues.edition", "issues.number"],
            name="ledger_issue",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("action IN ('published', 'updated', 'passed')", name="ledger_action_known"),
        comment="What each issue did with an entry.",
    )
    op.create_table(
        "slots",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("number", sa.Integer),
        comment="Weekly slots that somebody took: by the primary key each is one issue, whoever races.",
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("slots")
    op.drop_table("ledger")
    op.drop_table("issues")
