"""seed a theme and clear all settings

Revision ID: f090012fbeeb
Revises: a9c48c159c32
Create Date: 2024-04-15 17:44:45.391048

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f090012fbeeb'
down_revision = 'a9c48c159c32'
branch_labels = None
depends_on = None

# expect: data-lost
# why: the downgrade deletes the rows of an earlier revision as well


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")


def downgrade():
    op.execute("DELETE FROM settings")
