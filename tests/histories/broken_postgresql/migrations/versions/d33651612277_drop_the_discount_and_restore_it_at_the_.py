"""drop the discount and restore it at the end

Revision ID: d33651612277
Revises: 2cce987afd78
Create Date: 2024-03-04 15:29:42.193981

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd33651612277'
down_revision = '2cce987afd78'
branch_labels = None
depends_on = None

# expect: order-differs
# why: the column comes back behind those that followed it


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN discount")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN discount numeric(5, 2) DEFAULT 3 NOT NULL")
