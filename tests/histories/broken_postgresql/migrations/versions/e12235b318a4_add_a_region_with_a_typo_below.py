"""add a region with a typo below

Revision ID: e12235b318a4
Revises: 7abd58f6c082
Create Date: 2024-03-18 10:00:45.191648

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e12235b318a4'
down_revision = '7abd58f6c082'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: a syntax error


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN region text")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUM region")
