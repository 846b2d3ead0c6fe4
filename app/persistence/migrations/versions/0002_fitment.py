"""What an imported catalogue says beyond years: submodel, law, markets of names, generations; prices are optional."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.alter_column("price", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("currency", existing_type=sa.String(), nullable=True)
        batch_op.alter_column("stock", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("model_alias", schema=None) as batch_op:
        batch_op.add_column(sa.Column("market", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("first_year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_year", sa.Integer(), nullable=True))
    with op.batch_alter_table("fitment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submodel", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("legality", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "vehicle_generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["vehicle_model.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_id", "number"),
    )
    with op.batch_alter_table("vehicle_generation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vehicle_generation_model_id"), ["model_id"], unique=False)


def downgrade() -> None:
    """Take back. Parts without price or stock cost and count nothing then."""
    op.drop_table("vehicle_generation")
    with op.batch_alter_table("fitment", schema=None) as batch_op:
        batch_op.drop_column("legality")
        batch_op.drop_column("submodel")
    with op.batch_alter_table("model_alias", schema=None) as batch_op:
        batch_op.drop_column("last_year")
        batch_op.drop_column("first_year")
        batch_op.drop_column("market")
    op.execute(
        "UPDATE part SET price = COALESCE(price, 0), currency = COALESCE(currency, ''), stock = COALESCE(stock, 0)"
    )
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.alter_column("stock", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("currency", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("price", existing_type=sa.Integer(), nullable=False)
