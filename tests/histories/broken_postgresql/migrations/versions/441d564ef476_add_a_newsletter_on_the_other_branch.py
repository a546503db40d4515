"""add a newsletter on the other branch

Revision ID: 441d564ef476
Revises: 49e1b76ee5f1
Create Date: 2024-06-25 13:31:10.838818

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '441d564ef476'
down_revision = '49e1b76ee5f1'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE newsletters (id integer PRIMARY KEY, title text NOT NULL)")


def downgrade():
    op.execute("DROP TABLE newsletters")
