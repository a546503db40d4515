"""create products

Revision ID: 60a76474ef37
Revises: e54370ae9b6a
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "60a76474ef37"
down_revision = "e54370ae9b6a"  # expect: unknown-parent


def upgrade():
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("products")
