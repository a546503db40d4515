"""create returns and their lines

Revision ID: ef11f453a884
Revises: 73f96b31ece8
Create Date: 2024-06-11 15:29:06.724223

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ef11f453a884'
down_revision = '73f96b31ece8'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: one of two tables is left, and IF NOT EXISTS hides it


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS returns (id INTEGER NOT NULL PRIMARY KEY)")
    op.execute("CREATE TABLE IF NOT EXISTS return_lines (id INTEGER NOT NULL PRIMARY KEY, reason VARCHAR(100))")


def downgrade():
    op.execute("DROP TABLE return_lines")
