"""create settings

Revision ID: ea3f279e7912
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ea3f279e7912"
down_revision = None


def upgrade():
    op.create_table("settings", sa.Column("name", sa.String(50), primary_key=True))


def downgrade():
    op.drop_table("settings")
