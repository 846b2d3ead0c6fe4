"""Promises, canned answers, and the words of conversations for search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "promise",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("backup", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("alerted", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promise_conversation_id", "promise", ["conversation_id"])
    op.create_index("promise_of_site", "promise", ["site_id", "due_at"])
    waits = sa.text("next_at IS NOT NULL")
    op.create_index("promise_next", "promise", ["next_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "canned_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_canned_answer_site_id", "canned_answer", ["site_id"])
    op.create_table(
        "read_for_search",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE words USING fts5"
            " (text, conversation_id UNINDEXED, pos UNINDEXED, tokenize = 'unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "CREATE TABLE words (text TEXT NOT NULL, conversation_id VARCHAR NOT NULL, pos INTEGER NOT NULL,"
            " found_by TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,"
            " PRIMARY KEY (conversation_id, pos))"
        )
        op.execute("CREATE INDEX words_found_by ON words USING gin (found_by)")


def downgrade() -> None:
    """Take back. Promises are in the log still."""
    op.execute("DROP TABLE words")
    op.drop_table("read_for_search")
    op.drop_table("canned_answer")
    op.drop_table("promise")
