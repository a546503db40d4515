"""copy visitors

Revision ID: e8d9db1b5912
Revises: 5e7e30da5ba9
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e8d9db1b5912"
down_revision = "5e7e30da5ba9"


def upgrade():
    op.execute("""
        INSERT INTO visitors (customer_id)
        SELECT DISTINCT customer_id FROM visits
        WHERE customer_id IS NOT NULL AND customer_id NOT IN (SELECT customer_id FROM visitors)
    """)


def downgrade():
    op.execute("DELETE FROM visitors WHERE note IS NULL")
