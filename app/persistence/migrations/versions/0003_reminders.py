"""When a conversation's reminders are to be looked at, so that a restart forgets none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remind_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "conversation_remind",
        "conversation",
        ["remind_at"],
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back. Reminders that were set are in the log still, but nobody looks for them."""
    op.drop_index("conversation_remind", table_name="conversation")
    # Not in a batch, which on SQLite writes the table anew.
    op.execute("ALTER TABLE conversation DROP COLUMN remind_at")
