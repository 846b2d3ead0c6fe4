"""Sites that ask for consent and make calls, what visitors agreed to, and the calls that they booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Nobody is asked, and nobody called, before the site says so."""
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("calls_at_once", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consented_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("consented_to", sa.Text(), nullable=True))
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("promise_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_appointment_conversation_id", "appointment", ["conversation_id"])
    op.create_index(
        "one_call_at_a_time",
        "appointment",
        ["site_id", "begins_at", "place"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("appointment")
    for column in ("consented_to", "consented_at"):
        op.execute(f"ALTER TABLE visitor DROP COLUMN {column}")
    for column in ("calls_at_once", "consent"):
        op.execute(f"ALTER TABLE site DROP COLUMN {column}")
