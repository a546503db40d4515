"""tie orders to customers again

Revision ID: aa474566e696
Revises: adc23378bf49
Create Date: 2024-05-27 18:07:10.686019

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'aa474566e696'
down_revision = 'adc23378bf49'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) "
               "REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED")


def downgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT fk_orders_customer_id")
