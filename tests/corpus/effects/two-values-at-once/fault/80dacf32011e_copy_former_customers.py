"""copy former customers

Revision ID: 80dacf32011e
Revises: ab04068c0c7c
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "80dacf32011e"
down_revision = "ab04068c0c7c"


def upgrade():
    op.execute(  # expect: backfill-matches-nothing
        """
        INSERT INTO former_customers (customer_id)
        SELECT id FROM customers WHERE status = 'closed' AND status = 'lost'
        """
    )


def downgrade():
    op.execute("DELETE FROM former_customers")
