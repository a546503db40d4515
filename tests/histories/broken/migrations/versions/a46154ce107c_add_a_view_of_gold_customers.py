"""add a view of gold customers

Revision ID: a46154ce107c
Revises: 04ce35b2cb5f
Create Date: 2024-05-20 17:58:57.258000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a46154ce107c'
down_revision = '04ce35b2cb5f'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE VIEW gold AS SELECT id, name FROM customers WHERE level = 'gold'")


def downgrade():
    op.execute("DROP VIEW gold")
