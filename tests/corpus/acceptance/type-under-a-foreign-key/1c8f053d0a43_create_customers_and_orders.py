"""create customers and orders

Revision ID: 1c8f053d0a43
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1c8f053d0a43"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS customers (id INT NOT NULL PRIMARY KEY)")
    op.execute("""
        CREATE TABLE IF NOT EXISTS orders (
            id INT NOT NULL PRIMARY KEY,
            customer_id INT,
            CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
        )
    """)


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")
