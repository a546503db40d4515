"""create settings

Revision ID: 0b8e11c94fe8
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "0b8e11c94fe8"
down_revision = None


def upgrade():
    op.create_table(
        "settings", sa.Column("name", sa.String(50), primary_key=True), sa.Column("value", sa.String(50))
    )


def downgrade():
    op.drop_table("settings")
