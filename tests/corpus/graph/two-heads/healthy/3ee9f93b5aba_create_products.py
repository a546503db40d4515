"""create products

Revision ID: 3ee9f93b5aba
Revises: c57781e5ff92
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3ee9f93b5aba"
down_revision = "c57781e5ff92"


def upgrade():
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("products")
