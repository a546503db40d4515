"""create customers

Revision ID: abf98386dd24
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "abf98386dd24"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("city", sa.String(40)))


def downgrade():
    op.drop_table("customers")
