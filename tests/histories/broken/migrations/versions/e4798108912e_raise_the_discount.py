"""raise the discount

Revision ID: e4798108912e
Revises: 2e70de9465ef
Create Date: 2024-02-20 08:35:08.629216

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e4798108912e'
down_revision = '2e70de9465ef'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another default


def upgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN discount DECIMAL(5, 2) NOT NULL DEFAULT '3.00' COMMENT 'percent'")


def downgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN discount DECIMAL(5, 2) NOT NULL DEFAULT '1.00' COMMENT 'percent'")
