"""keep orders when a customer goes

Revision ID: adc23378bf49
Revises: 037b310551be
Create Date: 2024-05-27 11:29:05.128136

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'adc23378bf49'
down_revision = '037b310551be'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the foreign key comes back without ON DELETE CASCADE


def upgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT fk_orders_customer_id")


def downgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) "
               "REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED")
