"""set the default newsletter

Revision ID: cc880cd861c7
Revises: 4c261720934d
Create Date: 2024-07-01 09:46:04.425266

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'cc880cd861c7'
down_revision = '4c261720934d'
branch_labels = None
depends_on = None

# expect: empty-downgrade
# why: rows only, and nothing below


def upgrade():
    op.execute("INSERT OR IGNORE INTO newsletters (id, title) VALUES (1, 'Monthly')")


def downgrade():
    pass
