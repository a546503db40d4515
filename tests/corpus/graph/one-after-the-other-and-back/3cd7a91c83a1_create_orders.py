"""create orders

Revision ID: 3cd7a91c83a1
Revises: 7d5aa6fe1239
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3cd7a91c83a1"
down_revision = "7d5aa6fe1239"


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("orders")
