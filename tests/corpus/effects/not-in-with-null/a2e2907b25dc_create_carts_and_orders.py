"""create carts and orders

Revision ID: a2e2907b25dc
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "a2e2907b25dc"
down_revision = None


def upgrade():
    op.create_table(
        "carts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        if_not_exists=True,
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("carts")
