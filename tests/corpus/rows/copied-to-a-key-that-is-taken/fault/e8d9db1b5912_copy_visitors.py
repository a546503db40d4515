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
    op.execute(  # expect: upgrade-fails
        "INSERT INTO visitors (customer_id) SELECT customer_id FROM visits WHERE customer_id IS NOT NULL"
    )


def downgrade():
    op.execute("DELETE FROM visitors WHERE note IS NULL")
