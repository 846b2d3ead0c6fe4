"""How far a conversation has gone out by mail to who has left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What was said before is not mailed now."""
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailed", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE conversation SET mailed = head")


def downgrade() -> None:
    """Take back."""
    op.execute("ALTER TABLE conversation DROP COLUMN mailed")
