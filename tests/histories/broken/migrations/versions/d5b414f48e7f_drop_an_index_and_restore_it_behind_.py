"""drop an index and restore it behind another

Revision ID: d5b414f48e7f
Revises: 8e0198f9b672
Create Date: 2024-03-05 13:44:34.024982

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd5b414f48e7f'
down_revision = '8e0198f9b672'
branch_labels = None
depends_on = None

# expect: order-differs
# why: ix_orders_customer_id stood before ix_orders_placed


def upgrade():
    op.execute("ALTER TABLE orders DROP KEY ix_orders_customer_id, ADD KEY ix_orders_customer (customer_id, placed)")


def downgrade():
    op.execute("ALTER TABLE orders DROP KEY ix_orders_customer, ADD KEY ix_orders_customer_id (customer_id)")
