"""add urgent to the priorities

Revision ID: ebea4faff9cc
Revises: 609243d8763c
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ebea4faff9cc"
down_revision = "609243d8763c"


def upgrade():
    op.execute("ALTER TYPE priority ADD VALUE IF NOT EXISTS 'urgent'")


def downgrade():
    pass
