"""create settings with their first rows

Revision ID: a85d27b24546
Revises: 60255b0ac952
Create Date: 2024-01-15 10:51:58.602638

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a85d27b24546'
down_revision = '60255b0ac952'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('currency', 'EUR'), ('vat', '19')")


def downgrade():
    op.execute("DROP TABLE settings")
