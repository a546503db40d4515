"""create orders

Revision ID: e54370ae9b6a
Revises: 08c7325e2986
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e54370ae9b6a"
down_revision = "08c7325e2986"


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("orders")
