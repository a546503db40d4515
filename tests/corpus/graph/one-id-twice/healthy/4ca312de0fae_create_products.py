"""create products

Revision ID: 4ca312de0fae
Revises: d2127be9378f
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "4ca312de0fae"
down_revision = "d2127be9378f"


def upgrade():
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("products")
