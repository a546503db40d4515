"""add a newsletter on the other branch

Revision ID: 7a5b3a916d4a
Revises: 78fda15bc2fb
Create Date: 2024-06-25 13:05:31.053878

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7a5b3a916d4a'
down_revision = '78fda15bc2fb'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE newsletters (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL)")


def downgrade():
    op.execute("DROP TABLE newsletters")
