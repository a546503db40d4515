"""add a view of gold customers

Revision ID: 5e97051e7fa2
Revises: e1500c77a12f
Create Date: 2024-05-20 10:21:40.785406

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5e97051e7fa2'
down_revision = 'e1500c77a12f'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE VIEW gold AS SELECT id, name FROM customers WHERE level = 'gold'")


def downgrade():
    op.execute("DROP VIEW gold")
