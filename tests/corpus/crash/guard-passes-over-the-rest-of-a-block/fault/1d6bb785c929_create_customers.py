"""create customers

Revision ID: 1d6bb785c929
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1d6bb785c929"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        if not sa.inspect(op.get_bind()).has_table("customers"):
            op.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT)")
            op.execute("CREATE INDEX CONCURRENTLY ix_customers_email ON customers (email)")  # expect: retry-differs


def downgrade():
    op.drop_table("customers")
