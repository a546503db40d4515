"""add a rating that will not go

Revision ID: a74977acc602
Revises: e12235b318a4
Create Date: 2024-03-19 18:49:42.083435

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a74977acc602'
down_revision = 'e12235b318a4'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the downgrade raises, and says nothing of being irreversible


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN rating smallint")


def downgrade():
    raise RuntimeError("ask the data team first")
