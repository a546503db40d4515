"""add a rating that will not go

Revision ID: 4eab2edfbe01
Revises: 66303721a70c
Create Date: 2024-03-19 13:42:14.016333

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4eab2edfbe01'
down_revision = '66303721a70c'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the downgrade raises, and says nothing of being irreversible


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN rating TINYINT DEFAULT NULL")


def downgrade():
    raise RuntimeError("ask the data team first")
