"""create customers

Revision ID: 6fe949327a2d
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6fe949327a2d"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("fax", sa.String(100)))


def downgrade():
    op.drop_table("customers")
