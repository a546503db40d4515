"""create customers

Revision ID: 9c41d89725e3
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "9c41d89725e3"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_table("customers")
