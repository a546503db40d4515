"""drop the first sight and restore it to the second

Revision ID: 9648f88d39bc
Revises: bc0b8a84d436
Create Date: 2024-02-19 09:50:21.766439

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9648f88d39bc'
down_revision = 'bc0b8a84d436'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: timestamptz comes back as timestamptz(0)


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN first_seen")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN first_seen timestamptz(0)")
