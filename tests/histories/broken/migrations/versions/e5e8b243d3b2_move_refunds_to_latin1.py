"""move refunds to latin1

Revision ID: e5e8b243d3b2
Revises: fe11b4faf666
Create Date: 2024-06-17 13:11:31.935588

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e5e8b243d3b2'
down_revision = 'fe11b4faf666'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the table comes back with another character set


def upgrade():
    op.execute("ALTER TABLE refunds DEFAULT CHARACTER SET latin1")


def downgrade():
    op.execute("ALTER TABLE refunds DEFAULT CHARACTER SET ascii")
