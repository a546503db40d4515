"""create customers

Revision ID: 05d3ae3a13f7
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "05d3ae3a13f7"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("city", sa.String(200)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("customers")
