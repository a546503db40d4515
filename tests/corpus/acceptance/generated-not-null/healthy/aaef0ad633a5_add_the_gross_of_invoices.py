"""add the gross of invoices

Revision ID: aaef0ad633a5
Revises: 547aae40f324
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "aaef0ad633a5"
down_revision = "547aae40f324"


def upgrade():
    op.execute("""
        ALTER TABLE invoices
        ADD COLUMN gross BIGINT GENERATED ALWAYS AS (CAST(net AS SIGNED) + CAST(tax AS SIGNED)) STORED
    """)


def downgrade():
    op.drop_column("invoices", "gross")
