"""drop a date on one branch

Revision ID: 98022290cb45
Revises: 78fda15bc2fb
Create Date: 2024-06-24 11:20:23.850776

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '98022290cb45'
down_revision = '78fda15bc2fb'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a broken revision on a branch: another type


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN last_seen")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN last_seen DATE")
