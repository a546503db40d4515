"""set the default newsletter

Revision ID: 4eb507e8247f
Revises: a720c4dbcc0e
Create Date: 2024-07-01 16:50:23.032227

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4eb507e8247f'
down_revision = 'a720c4dbcc0e'
branch_labels = None
depends_on = None

# expect: empty-downgrade
# why: rows only, and nothing below


def upgrade():
    op.execute("INSERT IGNORE INTO newsletters (id, title) VALUES (1, 'Monthly')")


def downgrade():
    pass
