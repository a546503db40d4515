"""add a rating that will not go

Revision ID: 23b95115b3e5
Revises: c381a6a8995a
Create Date: 2024-03-19 18:22:35.599469

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '23b95115b3e5'
down_revision = 'c381a6a8995a'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the downgrade raises, and says nothing of being irreversible


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN rating SMALLINT")


def downgrade():
    raise RuntimeError("ask the data team first")
