"""create customers and orders

Revision ID: cda73a5dc2ad
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cda73a5dc2ad"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), if_not_exists=True)
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")
