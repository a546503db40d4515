"""name the first agent

Revision ID: 06f54e62c8e2
Revises: cd8e3670d86e
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "06f54e62c8e2"
down_revision = "cd8e3670d86e"


def upgrade():
    op.execute("UPDATE agents SET name = 'first' WHERE id = X'6F1C1B8E2D4A4C0D9B3E5A7F8C9D0E1F'")


def downgrade():
    pass
