"""create customers

Revision ID: b7b6cc07cd6c
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "b7b6cc07cd6c"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(100)))  # expect: retry-fails rerun-fails
    op.create_index("ix_customers_email", "customers", ["email"])


def downgrade():
    op.drop_table("customers")
