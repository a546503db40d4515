"""create devices

Revision ID: 75e81c2c017a
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "75e81c2c017a"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE devices (id INT NOT NULL PRIMARY KEY, token BLOB NOT NULL)")


def downgrade():
    op.drop_table("devices")
