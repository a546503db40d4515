"""add a code to customers

Revision ID: 1a438db131be
Revises: d69bd65041f3
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1a438db131be"
down_revision = "d69bd65041f3"


def upgrade():
    op.add_column("customers", sa.Column("code", sa.String(16)))
    op.create_index("ix_customers_code", "customers", ["code"])


def downgrade():
    op.drop_index("ix_customers_code", "customers")
    op.drop_column("customers", "code")
