"""create products

Revision ID: d2127be9378f
Revises: b8ee90f831e9
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "d2127be9378f"  # expect: duplicate-id
down_revision = "b8ee90f831e9"


def upgrade():
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("products")
