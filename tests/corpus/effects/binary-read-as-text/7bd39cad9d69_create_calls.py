"""create calls

Revision ID: 7bd39cad9d69
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "7bd39cad9d69"
down_revision = None


def upgrade():
    op.create_table(
        "calls",
        sa.Column("id", sa.BINARY(16), primary_key=True),
        sa.Column("reference", sa.String(36)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("calls")
