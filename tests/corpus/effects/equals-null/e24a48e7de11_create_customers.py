"""create customers

Revision ID: e24a48e7de11
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e24a48e7de11"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100)),
        sa.Column("tier", sa.String(20)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("customers")
