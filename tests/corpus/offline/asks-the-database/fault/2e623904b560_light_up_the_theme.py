"""light up the theme

Revision ID: 2e623904b560
Revises: bf7ee7319672
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2e623904b560"
down_revision = "bf7ee7319672"


def upgrade():
    themes = op.get_bind().execute(sa.text("SELECT value FROM settings WHERE name = 'theme'"))  # expect: offline-fails
    if themes.scalar() == "dark":
        op.execute("UPDATE settings SET value = 'light' WHERE name = 'theme'")


def downgrade():
    op.execute("UPDATE settings SET value = 'dark' WHERE name = 'theme'")
