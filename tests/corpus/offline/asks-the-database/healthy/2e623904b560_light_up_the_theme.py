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
    op.execute("UPDATE settings SET value = 'light' WHERE name = 'theme' AND value = 'dark'")


def downgrade():
    op.execute("UPDATE settings SET value = 'dark' WHERE name = 'theme'")
