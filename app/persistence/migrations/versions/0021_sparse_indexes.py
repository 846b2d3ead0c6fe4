"""Entries are in an index only where they have what it is by: most have no client_id, many no seq."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEXES = {
    "entry_seq": (["conversation_id", "seq"], "seq IS NOT NULL"),
    "entry_client_id": (["conversation_id", "author_kind", "author_id", "client_id"], "client_id IS NOT NULL"),
}


def upgrade() -> None:
    """Apply."""
    for name, (columns, condition) in INDEXES.items():
        op.drop_index(name, table_name="entry")
        where = sa.text(condition)
        op.create_index(name, "entry", columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back."""
    for name, (columns, _) in INDEXES.items():
        op.drop_index(name, table_name="entry")
        op.create_index(name, "entry", columns, unique=True)
