"""What a site tells visitors about their data, and how long it keeps conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("privacy_url", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    for column in ("retention_days", "privacy_url", "notice"):
        op.execute(f"ALTER TABLE site DROP COLUMN {column}")
