"""create customers

Revision ID: de9f58cff6ad
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "de9f58cff6ad"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("customers")
