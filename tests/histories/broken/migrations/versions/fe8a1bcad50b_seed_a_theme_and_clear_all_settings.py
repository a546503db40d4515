"""seed a theme and clear all settings

Revision ID: fe8a1bcad50b
Revises: 4434f9ac0fed
Create Date: 2024-04-15 13:29:20.332612

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fe8a1bcad50b'
down_revision = '4434f9ac0fed'
branch_labels = None
depends_on = None

# expect: data-lost
# why: the downgrade deletes the rows of an earlier revision as well


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")


def downgrade():
    op.execute("DELETE FROM settings")
