"""drop the discount and restore it at the end

Revision ID: 8e0198f9b672
Revises: 156da73e634f
Create Date: 2024-03-04 09:49:24.964554

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8e0198f9b672'
down_revision = '156da73e634f'
branch_labels = None
depends_on = None

# expect: order-differs
# why: the column comes back behind those that followed it


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN discount")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN discount DECIMAL(5, 2) NOT NULL DEFAULT '3.00' COMMENT 'percent'")
