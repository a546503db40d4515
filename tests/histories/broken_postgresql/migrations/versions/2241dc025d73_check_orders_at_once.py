"""check orders at once

Revision ID: 2241dc025d73
Revises: aa474566e696
Create Date: 2024-05-28 12:54:40.821349

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2241dc025d73'
down_revision = 'aa474566e696'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: DEFERRABLE is lost


def upgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT fk_orders_customer_id")


def downgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id)")
