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
    op.execute("""
        INSERT INTO settings (name, value)
        SELECT 'theme', 'dark' FROM (SELECT 1 AS one) AS once
        WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = 'theme')
    """)


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'theme'")
