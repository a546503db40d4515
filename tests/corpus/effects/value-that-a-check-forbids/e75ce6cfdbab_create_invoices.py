"""create invoices

Revision ID: e75ce6cfdbab
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e75ce6cfdbab"
down_revision = None


def upgrade():
    op.execute("""
        CREATE TABLE IF NOT EXISTS invoices (
            id INTEGER PRIMARY KEY,
            status VARCHAR(20) NOT NULL CHECK (status IN ('open', 'paid', 'closed'))
        )
    """)


def downgrade():
    op.drop_table("invoices")
