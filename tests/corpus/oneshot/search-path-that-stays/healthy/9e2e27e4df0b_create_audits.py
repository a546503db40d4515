"""create audits

Revision ID: 9e2e27e4df0b
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "9e2e27e4df0b"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA IF NOT EXISTS audit")
    op.execute("CREATE TABLE audit.audits (id INTEGER PRIMARY KEY)")


def downgrade():
    op.execute("DROP SCHEMA audit CASCADE")
