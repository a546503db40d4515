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
    op.execute(  # expect: backfill-matches-nothing
        "UPDATE agents SET name = 'first' WHERE id = '6f1c1b8e-2d4a-4c0d-9b3e-5a7f8c9d0e1f'"
    )


def downgrade():
    pass
