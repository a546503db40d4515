"""merge weights and newsletters

Revision ID: e396625c7ee9
Revises: c69a4188296f, 441d564ef476
Create Date: 2024-06-26 16:32:04.561815

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e396625c7ee9'
down_revision = ('c69a4188296f', '441d564ef476')
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    pass


def downgrade():
    pass
