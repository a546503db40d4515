"""drop the web shop's ratings for good

Revision ID: 526ef948d49c
Revises: 23b95115b3e5
Create Date: 2024-03-20 10:02:32.825673

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '526ef948d49c'
down_revision = '23b95115b3e5'
branch_labels = None
depends_on = None

# expect: irreversible
# why: declared by NotImplementedError


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN rating")


def downgrade():
    raise NotImplementedError("the ratings are gone")
