"""create shops

Revision ID: 8b4c9f5c15cc
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "8b4c9f5c15cc"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shops (id INTEGER PRIMARY KEY, place geometry(Point, 4326))")


def downgrade():
    op.drop_table("shops")
