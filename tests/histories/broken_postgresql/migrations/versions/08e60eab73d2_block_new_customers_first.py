"""block new customers first

Revision ID: 08e60eab73d2
Revises: ec51cb5cb956
Create Date: 2024-02-22 17:25:24.736120

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '08e60eab73d2'
down_revision = 'ec51cb5cb956'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the default false is not restored


def upgrade():
    op.execute("ALTER TABLE customers ALTER COLUMN is_blocked SET DEFAULT true")


def downgrade():
    op.execute("ALTER TABLE customers ALTER COLUMN is_blocked DROP DEFAULT")
