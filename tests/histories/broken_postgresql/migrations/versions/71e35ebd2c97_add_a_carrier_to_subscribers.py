"""add a carrier to subscribers

Revision ID: 71e35ebd2c97
Revises: c16a6338bdff
Create Date: 2024-04-03 12:36:07.351757

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '71e35ebd2c97'
down_revision = 'c16a6338bdff'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN carrier text DEFAULT '' NOT NULL")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN carrier")
