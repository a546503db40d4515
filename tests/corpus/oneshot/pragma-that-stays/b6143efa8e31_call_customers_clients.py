"""call customers clients

Revision ID: b6143efa8e31
Revises: 61322bbe8f6c
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "b6143efa8e31"
down_revision = "61322bbe8f6c"


def upgrade():
    op.rename_table("customers", "clients")  # expect: oneshot-differs


def downgrade():
    op.rename_table("clients", "customers")
