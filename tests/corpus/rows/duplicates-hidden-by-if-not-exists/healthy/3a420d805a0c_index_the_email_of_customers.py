"""index the email of customers

Revision ID: 3a420d805a0c
Revises: 62a68cbdac92
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3a420d805a0c"
down_revision = "62a68cbdac92"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_customers_email ON customers (email)")


def downgrade():
    op.drop_index("ix_customers_email", "customers")
