"""weigh heavier lines on one branch

Revision ID: c69a4188296f
Revises: 49e1b76ee5f1
Create Date: 2024-06-24 17:37:20.420317

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c69a4188296f'
down_revision = '49e1b76ee5f1'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a broken revision on a branch: another type


def upgrade():
    op.execute("ALTER TABLE invoice_lines ALTER COLUMN grams TYPE bigint")


def downgrade():
    op.execute("ALTER TABLE invoice_lines ALTER COLUMN grams TYPE smallint")
