"""lengthen the city of customers

Revision ID: aed633391554
Revises: a1f192e8450f
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "aed633391554"
down_revision = "a1f192e8450f"


def upgrade():
    op.execute("ALTER TABLE customers MODIFY city VARCHAR(200)")


def downgrade():
    op.execute("ALTER TABLE customers MODIFY city VARCHAR(100)")
