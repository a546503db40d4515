"""set the default newsletter

Revision ID: 398fd8caf505
Revises: e396625c7ee9
Create Date: 2024-07-01 13:10:48.883350

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '398fd8caf505'
down_revision = 'e396625c7ee9'
branch_labels = None
depends_on = None

# expect: empty-downgrade
# why: rows only, and nothing below


def upgrade():
    op.execute("INSERT INTO newsletters (id, title) VALUES (1, 'Monthly') ON CONFLICT DO NOTHING")


def downgrade():
    pass
