"""How visitors asked to be served: kept on request, forgotten on request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "preference",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("visitor_id", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=True),
        sa.Column("concern", sa.String(), nullable=True),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "visitor_id"),
    )


def downgrade() -> None:
    """Take back; what visitors asked us to keep is forgotten."""
    op.drop_table("preference")
