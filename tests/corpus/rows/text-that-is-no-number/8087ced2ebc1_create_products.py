"""create products

Revision ID: 8087ced2ebc1
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "8087ced2ebc1"
down_revision = None


def upgrade():
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True), sa.Column("weight", sa.String(20)))


def downgrade():
    op.drop_table("products")
