"""seed a theme

Revision ID: dd6907c2bd55
Revises: 0b8e11c94fe8
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "dd6907c2bd55"
down_revision = "0b8e11c94fe8"


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme of 2026', 'dark')")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'theme of 2026'")
