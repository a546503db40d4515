"""add an email to customers and index it

Revision ID: 2a030159382f
Revises: 8fa786210715
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2a030159382f"
down_revision = "8fa786210715"


def upgrade():
    op.add_column("customers", sa.Column("email", sa.String(100)))  # expect: leaves-partial
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_customers_email ON customers (email)")


def downgrade():
    op.drop_column("customers", "email")
