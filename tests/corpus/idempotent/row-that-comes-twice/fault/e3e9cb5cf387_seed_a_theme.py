"""seed a theme

Revision ID: e3e9cb5cf387
Revises: 8d7d47032c8f
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e3e9cb5cf387"
down_revision = "8d7d47032c8f"


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")  # expect: rerun-differs


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'theme'")
