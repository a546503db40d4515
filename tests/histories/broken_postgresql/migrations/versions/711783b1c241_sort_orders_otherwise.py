"""sort orders otherwise

Revision ID: 711783b1c241
Revises: d7f0a7f01589
Create Date: 2024-06-05 16:54:28.277753

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '711783b1c241'
down_revision = 'd7f0a7f01589'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index comes back without DESC NULLS LAST


def upgrade():
    op.drop_index("ix_orders_placed", table_name="orders")


def downgrade():
    op.create_index("ix_orders_placed", "orders", ["placed"])
