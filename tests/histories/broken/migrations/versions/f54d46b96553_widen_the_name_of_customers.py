"""widen the name of customers

Revision ID: f54d46b96553
Revises: 156c6fe290df
Create Date: 2024-02-26 11:05:35.133903

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f54d46b96553'
down_revision = '156c6fe290df'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another collation, the table's instead of the column's


def upgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN name VARCHAR(150) COLLATE utf8mb4_bin NOT NULL")


def downgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN name VARCHAR(100) NOT NULL")
