"""create orders

Revision ID: c57781e5ff92
Revises: 0358d080ea09
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "c57781e5ff92"
down_revision = "0358d080ea09"


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("orders")
