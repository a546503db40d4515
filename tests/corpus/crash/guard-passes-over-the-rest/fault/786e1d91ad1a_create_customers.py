"""create customers

Revision ID: 786e1d91ad1a
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "786e1d91ad1a"
down_revision = None


def upgrade():
    if not sa.inspect(op.get_bind()).has_table("customers"):
        op.create_table(
            "customers",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("email", sa.String(100)),
        )
        op.create_index("ix_customers_email", "customers", ["email"])  # expect: retry-differs


def downgrade():
    op.drop_table("customers")
