"""index orders by customer

Revision ID: d077456166af
Revises: 52f7961bee1f
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "d077456166af"
down_revision = "52f7961bee1f"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute(  # expect: edited-retry-differs
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_customer ON orders (customer_id, placed)"
        )


def downgrade():
    op.drop_index("ix_orders_customer", "orders")
