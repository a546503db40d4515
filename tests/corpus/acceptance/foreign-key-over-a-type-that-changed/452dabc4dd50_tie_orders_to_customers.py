"""tie orders to customers

Revision ID: 452dabc4dd50
Revises: 9156fe2a1a3c
Create Date: 2026-01-05 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "452dabc4dd50"
down_revision = "9156fe2a1a3c"


def upgrade():
    op.create_foreign_key("fk_orders_customer", "orders", "customers", ["customer_id"], ["id"])  # expect: upgrade-fails


def downgrade():
    op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")
