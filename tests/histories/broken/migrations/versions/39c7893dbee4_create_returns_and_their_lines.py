"""create returns and their lines

Revision ID: 39c7893dbee4
Revises: 91a900d076dd
Create Date: 2024-06-11 15:34:37.632344

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '39c7893dbee4'
down_revision = '91a900d076dd'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: one of two tables is left, and IF NOT EXISTS hides it


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS returns (id INT NOT NULL PRIMARY KEY)")
    op.execute("CREATE TABLE IF NOT EXISTS return_lines (id INT NOT NULL PRIMARY KEY, reason VARCHAR(100))")


def downgrade():
    op.execute("DROP TABLE return_lines")
