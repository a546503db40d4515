"""create orders

Revision ID: 0e85efa11db9
Revises: 13b57761c5a2
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "0e85efa11db9"
down_revision = "13b57761c5a2"


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
    )


def downgrade():
    op.drop_table("orders")
