"""What a ticket needs to be offered, transferred, laid aside and brought to a person by a deadline."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS: tuple[tuple[str, type[sa.types.TypeEngine[Any]], str | None], ...] = (
    ("team_id", sa.String, None),
    ("last_agent_id", sa.String, None),
    ("answered_at", sa.BigInteger, None),
    ("waiting_since", sa.BigInteger, None),
    ("offered_to", sa.String, None),
    ("offered_until", sa.BigInteger, None),
    ("snoozed_until", sa.BigInteger, None),
    ("asked", sa.Text, "[]"),
    ("reach", sa.String, "agent"),
    ("due_at", sa.BigInteger, None),
)
"""Name, type, and what stands in rows that are there already; columns without that may be empty."""


def upgrade() -> None:
    """Apply. Open tickets are due at once: the next sweep finds out what they need."""
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        for name, kind, default in COLUMNS:
            batch_op.add_column(sa.Column(name, kind(), server_default=default, nullable=default is None))
    op.execute(
        "UPDATE ticket SET due_at = requested_at,"
        " waiting_since = CASE state WHEN 'waiting' THEN requested_at END,"
        " answered_at = CASE WHEN first_reply_at >= assigned_at THEN first_reply_at END WHERE state <> 'closed'"
    )
    op.create_index(
        "ticket_offered",
        "ticket",
        ["offered_to"],
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_index(
        "ticket_open",
        "ticket",
        ["site_id", "rank_at", "id"],
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    closed = sa.text("state = 'closed'")
    op.create_index(
        "ticket_earlier", "ticket", ["conversation_id", "closed_at"], sqlite_where=closed, postgresql_where=closed
    )
    op.create_index("ticket_served", "ticket", ["agent_id", "closed_at"], sqlite_where=closed, postgresql_where=closed)


def downgrade() -> None:
    """Take back. What rings or rests just waits again."""
    op.execute("UPDATE ticket SET state = 'waiting' WHERE state = 'offered'")
    op.drop_index("ticket_served", "ticket")
    op.drop_index("ticket_earlier", "ticket")
    op.drop_index("ticket_open", "ticket")
    op.drop_index("ticket_offered", "ticket")
    for name, _, _ in COLUMNS:
        # Not in a batch, which would copy the table: both databases drop a column in place.
        op.execute(f"ALTER TABLE ticket DROP COLUMN {name}")
