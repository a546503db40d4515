"""add a region with a typo below

Revision ID: c381a6a8995a
Revises: c55a4eda8fdd
Create Date: 2024-03-18 15:27:42.121143

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c381a6a8995a'
down_revision = 'c55a4eda8fdd'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: a syntax error


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN region VARCHAR(10)")


def downgrade():
    op.execute("ALTER TABLE customers DROPP region")
