"""create visits

Revision ID: 860fda2a3705
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "860fda2a3705"
down_revision = None


def upgrade():
    on_mysql = op.get_context().dialect.name != "postgresql"
    op.execute(f"CREATE TABLE visits (id INTEGER PRIMARY KEY, seen {'DATETIME(6)' if on_mysql else 'TIMESTAMP(6)'})")


def downgrade():
    op.drop_table("visits")
