"""add notes to customers

Revision ID: 6d8c9d7a334c
Revises: cc55682ceee7
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6d8c9d7a334c"
down_revision = "cc55682ceee7"


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN notes TEXT NOT NULL DEFAULT ''")  # expect: upgrade-fails@mysql


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN notes")
