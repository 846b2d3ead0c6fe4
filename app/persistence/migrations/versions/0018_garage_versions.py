"""The version of a machine in a garage: "ABS"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("garage_vehicle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submodel", sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("garage_vehicle", schema=None) as batch_op:
        batch_op.drop_column("submodel")
