"""Visitors whom the shop vouches for, their tokens, and the secrets that the shop signs with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity_secrets", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("identity_required", sa.Boolean(), server_default="0", nullable=False))
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("external_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))
    op.create_index(
        "visitor_external",
        "visitor",
        ["site_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "visitor_token",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("visitor_id", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitor.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_visitor_token_visitor_id", "visitor_token", ["visitor_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("visitor_token")
    op.drop_index("visitor_external", "visitor")
    for table, column in (
        ("visitor", "email"),
        ("visitor", "external_id"),
        ("site", "identity_required"),
        ("site", "identity_secrets"),
    ):
        # Not in a batch, which would copy the table: both databases drop a column in place.
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
