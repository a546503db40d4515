"""seed a theme and index the names

Revision ID: ceb10d7f1782
Revises: 12a64878ba01
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ceb10d7f1782"
down_revision = "12a64878ba01"


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('theme', 'dark')")  # expect: retry-differs
    if not sa.inspect(op.get_bind()).get_indexes("settings"):
        op.create_index("ix_settings_name", "settings", ["name"])
    op.execute("UPDATE settings SET value = 'light' WHERE value IS NULL")


def downgrade():
    op.drop_index("ix_settings_name", "settings")
    op.execute("DELETE FROM settings WHERE name = 'theme'")
