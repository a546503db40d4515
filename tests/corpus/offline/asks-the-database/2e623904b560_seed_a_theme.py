"""seed a theme

Revision ID: 2e623904b560
Revises: bf7ee7319672
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2e623904b560"
down_revision = "bf7ee7319672"


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'theme'")
