"""add a code to customers

Revision ID: 2ee30aaaa6bb
Revises: 96a92efcab6e
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2ee30aaaa6bb"
down_revision = "96a92efcab6e"


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN code VARCHAR(20) NOT NULL DEFAULT ''")
    op.execute("CREATE UNIQUE INDEX ix_customers_code ON customers (code)")  # expect: upgrade-fails


def downgrade():
    op.drop_index("ix_customers_code", "customers")
    op.drop_column("customers", "code")
