"""index the tier

Revision ID: 1508f89ecd53
Revises: 6151d78e592a
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1508f89ecd53"
down_revision = "6151d78e592a"


def upgrade():
    op.create_index("ix_customers_tier", "customers", ["tier"])


def downgrade():
    op.drop_index("ix_customers_tier", "customers")
