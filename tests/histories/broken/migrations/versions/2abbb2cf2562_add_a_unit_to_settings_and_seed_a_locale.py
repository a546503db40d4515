"""add a unit to settings and seed a locale

Revision ID: 2abbb2cf2562
Revises: 3284c199e305
Create Date: 2024-03-25 15:20:47.962350

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2abbb2cf2562'
down_revision = '3284c199e305'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the row stays, so the second upgrade meets it (1062)


def upgrade():
    op.execute("ALTER TABLE settings ADD COLUMN unit VARCHAR(10) DEFAULT NULL")
    op.execute("INSERT INTO settings (name, value) VALUES ('locale', 'de_DE')")


def downgrade():
    op.execute("ALTER TABLE settings DROP COLUMN unit")
