"""Teams, sites that offer conversations to one agent after the other, and how long people waited lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "team",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("team_name", "team", ["site_id", "name"], unique=True)
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("team_id", "agent_id"),
    )
    op.create_index("ix_team_member_agent_id", "team_member", ["agent_id"])
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("push", sa.Boolean(), server_default="0", nullable=False))
    closed = sa.text("state = 'closed'")
    op.create_index("ticket_waited", "ticket", ["site_id", "closed_at"], sqlite_where=closed, postgresql_where=closed)


def downgrade() -> None:
    """Take back. What was passed to a team waits for everybody."""
    op.drop_index("ticket_waited", "ticket")
    op.execute("ALTER TABLE site DROP COLUMN push")
    op.drop_table("team_member")
    op.drop_table("team")
