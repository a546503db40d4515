"""add a tier to customers

Revision ID: 238e4f2f9b4d
Revises: 2e68f3740d9c
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "238e4f2f9b4d"
down_revision = "2e68f3740d9c"


def upgrade():
    op.add_column("customers", sa.Column("tier", sa.String(20)))


def downgrade():
    op.drop_column("customers", "tier")
