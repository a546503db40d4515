"""seed a theme

Revision ID: a7306f43b13e
Revises: 44eee9e38f25
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "a7306f43b13e"
down_revision = "44eee9e38f25"


def upgrade():
    settings = sa.table("settings", sa.column("name", sa.String), sa.column("value", sa.String))
    op.execute(settings.insert().values(name="theme", value="dark"))  # expect: offline-fails@mysql,mariadb,postgresql offline-differs@sqlite


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'theme'")
