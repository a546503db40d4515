"""keep orders when a customer goes

Revision ID: 09356d839d7a
Revises: 00b558998dca
Create Date: 2024-05-27 16:06:56.678449

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '09356d839d7a'
down_revision = '00b558998dca'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the foreign key comes back without ON DELETE CASCADE


def upgrade():
    op.execute("ALTER TABLE orders DROP FOREIGN KEY fk_orders_customer_id")


def downgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id)")
