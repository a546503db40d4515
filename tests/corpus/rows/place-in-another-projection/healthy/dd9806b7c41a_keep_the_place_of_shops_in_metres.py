"""keep the place of shops in metres

Revision ID: dd9806b7c41a
Revises: 8b4c9f5c15cc
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "dd9806b7c41a"
down_revision = "8b4c9f5c15cc"


def upgrade():
    op.execute("""
        ALTER TABLE shops ALTER COLUMN place TYPE geometry(Point, 3857) USING ST_SetSRID(place, 3857)
    """)


def downgrade():
    op.execute("ALTER TABLE shops ALTER COLUMN place TYPE geometry(Point, 4326) USING ST_SetSRID(place, 4326)")
