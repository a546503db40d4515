"""delete the carts of those who never ordered

Revision ID: 029d2a6cd81f
Revises: a2e2907b25dc
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "029d2a6cd81f"
down_revision = "a2e2907b25dc"


def upgrade():
    op.execute("""
        DELETE FROM carts
        WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.customer_id = carts.customer_id)
    """)


def downgrade():
    pass
