"""create orders

Revision ID: 52f7961bee1f
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "52f7961bee1f"
down_revision = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        sa.Column("placed", sa.DateTime),
    )


def downgrade():
    op.drop_table("orders")
