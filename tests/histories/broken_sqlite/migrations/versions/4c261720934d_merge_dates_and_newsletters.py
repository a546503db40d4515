"""merge dates and newsletters

Revision ID: 4c261720934d
Revises: 98022290cb45, 7a5b3a916d4a
Create Date: 2024-06-26 16:44:44.720353

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4c261720934d'
down_revision = ('98022290cb45', '7a5b3a916d4a')
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    pass


def downgrade():
    pass
