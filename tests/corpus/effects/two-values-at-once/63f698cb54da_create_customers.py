"""create customers

Revision ID: 63f698cb54da
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "63f698cb54da"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("status", sa.String(20)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("customers")
