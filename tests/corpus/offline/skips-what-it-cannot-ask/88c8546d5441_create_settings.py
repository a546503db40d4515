"""create settings

Revision ID: 88c8546d5441
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "88c8546d5441"
down_revision = None


def upgrade():
    op.create_table("settings", sa.Column("name", sa.String(50)), sa.Column("value", sa.String(50)))


def downgrade():
    op.drop_table("settings")
