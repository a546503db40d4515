"""drop the web shop's ratings for good

Revision ID: 3e12c9b72fb3
Revises: 4eab2edfbe01
Create Date: 2024-03-20 17:39:55.179054

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '3e12c9b72fb3'
down_revision = '4eab2edfbe01'
branch_labels = None
depends_on = None

# expect: irreversible
# why: declared by NotImplementedError


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN rating")


def downgrade():
    raise NotImplementedError("the ratings are gone")
