"""create settings

Revision ID: 44eee9e38f25
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "44eee9e38f25"
down_revision = None


def upgrade():
    op.create_table("settings", sa.Column("name", sa.String(50)), sa.Column("value", sa.String(50)))


def downgrade():
    op.drop_table("settings")
