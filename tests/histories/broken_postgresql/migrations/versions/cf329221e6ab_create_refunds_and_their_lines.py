"""create refunds and their lines

Revision ID: cf329221e6ab
Revises: 53e419a74a82
Create Date: 2024-06-14 11:26:45.019018

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'cf329221e6ab'
down_revision = '53e419a74a82'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: one of two tables is left, and IF NOT EXISTS hides it


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS refunds (id integer PRIMARY KEY)")
    op.execute("CREATE TABLE IF NOT EXISTS refund_lines (id integer PRIMARY KEY, reason text)")


def downgrade():
    op.execute("DROP TABLE refund_lines")
