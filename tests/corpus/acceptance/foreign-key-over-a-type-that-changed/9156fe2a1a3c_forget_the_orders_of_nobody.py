"""forget the orders of nobody

Revision ID: 9156fe2a1a3c
Revises: ed4555350f47
Create Date: 2026-01-04 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "9156fe2a1a3c"
down_revision = "ed4555350f47"


def upgrade():
    op.execute("DELETE FROM orders")


def downgrade():
    pass
