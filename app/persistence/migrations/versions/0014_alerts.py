"""How a site's people are reached, alerts on their way, browsers that take them; hours of teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Sites begin with the usual steps, teams with the hours of their site."""
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reach", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hours", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("agents", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    due = sa.text("state = 'due'")
    op.create_index("alert_once", "alert", ["about", "step", "way"], unique=True)
    op.create_index("alert_due", "alert", ["next_at"], sqlite_where=due, postgresql_where=due)
    op.create_index("alert_recent", "alert", ["site_id", "created_at"])
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["session_id"], ["agent_session.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("endpoint"),
    )
    op.create_index("ix_push_subscription_agent_id", "push_subscription", ["agent_id"])
    op.create_index("ix_push_subscription_session_id", "push_subscription", ["session_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("push_subscription")
    op.drop_table("alert")
    for table, column in (("team", "hours"), ("site", "reach")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
