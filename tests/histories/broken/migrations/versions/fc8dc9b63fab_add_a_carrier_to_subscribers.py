"""add a carrier to subscribers

Revision ID: fc8dc9b63fab
Revises: 1bcd7cbe1fcf
Create Date: 2024-04-03 09:59:50.059989

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fc8dc9b63fab'
down_revision = '1bcd7cbe1fcf'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN carrier VARCHAR(50) NOT NULL DEFAULT '' AFTER phone")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN carrier")
