"""allow credit notes

Revision ID: ddda7559546e
Revises: 2241dc025d73
Create Date: 2024-05-29 14:41:40.119523

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ddda7559546e'
down_revision = '2241dc025d73'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the check constraint comes back NOT VALID


def upgrade():
    op.execute("ALTER TABLE orders DROP CONSTRAINT ck_orders_total")


def downgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total >= 0) NOT VALID")
