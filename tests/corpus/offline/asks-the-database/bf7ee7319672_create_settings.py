"""create settings

Revision ID: bf7ee7319672
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "bf7ee7319672"
down_revision = None


def upgrade():
    op.create_table("settings", sa.Column("name", sa.String(50)), sa.Column("value", sa.String(50)))


def downgrade():
    op.drop_table("settings")
