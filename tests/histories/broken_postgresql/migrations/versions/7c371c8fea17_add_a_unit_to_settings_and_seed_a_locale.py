"""add a unit to settings and seed a locale

Revision ID: 7c371c8fea17
Revises: 3b85d7ac5116
Create Date: 2024-03-25 17:29:55.966279

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7c371c8fea17'
down_revision = '3b85d7ac5116'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the row stays, so the second upgrade meets it


def upgrade():
    op.execute("ALTER TABLE settings ADD COLUMN unit text")
    op.execute("INSERT INTO settings (name, value) VALUES ('locale', 'de_DE')")


def downgrade():
    op.execute("ALTER TABLE settings DROP COLUMN unit")
