"""seed a theme and clear all settings

Revision ID: 0c0f3e0d27cd
Revises: fe07ffb59670
Create Date: 2024-04-15 17:49:21.759901

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0c0f3e0d27cd'
down_revision = 'fe07ffb59670'
branch_labels = None
depends_on = None

# expect: data-lost
# why: the downgrade deletes the rows of an earlier revision as well


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")


def downgrade():
    op.execute("DELETE FROM settings")
