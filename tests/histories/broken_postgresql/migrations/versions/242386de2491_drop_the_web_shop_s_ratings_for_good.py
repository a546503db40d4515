"""drop the web shop's ratings for good

Revision ID: 242386de2491
Revises: a74977acc602
Create Date: 2024-03-20 12:48:51.903057

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '242386de2491'
down_revision = 'a74977acc602'
branch_labels = None
depends_on = None

# expect: irreversible
# why: declared by NotImplementedError


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN rating")


def downgrade():
    raise NotImplementedError("the ratings are gone")
