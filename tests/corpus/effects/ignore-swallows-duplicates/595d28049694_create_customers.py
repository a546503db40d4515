"""create customers

Revision ID: 595d28049694
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "595d28049694"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(100)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("customers")
