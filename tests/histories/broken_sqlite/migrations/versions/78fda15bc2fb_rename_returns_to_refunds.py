"""rename returns to refunds

Revision ID: 78fda15bc2fb
Revises: ef11f453a884
Create Date: 2024-06-12 17:36:53.622532

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '78fda15bc2fb'
down_revision = 'ef11f453a884'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade makes a new table and leaves the renamed one, which is in the way of the second rename


def upgrade():
    op.execute("ALTER TABLE returns RENAME TO refunds")


def downgrade():
    op.execute("CREATE TABLE returns (id INTEGER NOT NULL PRIMARY KEY)")
