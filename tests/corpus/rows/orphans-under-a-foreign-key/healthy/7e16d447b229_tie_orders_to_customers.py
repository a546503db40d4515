"""tie orders to customers

Revision ID: 7e16d447b229
Revises: cda73a5dc2ad
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "7e16d447b229"
down_revision = "cda73a5dc2ad"


def upgrade():
    op.execute("DELETE FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)")
    op.create_foreign_key("fk_orders_customer", "orders", "customers", ["customer_id"], ["id"])


def downgrade():
    op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")
