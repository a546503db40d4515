"""let tickets be urgent at first

Revision ID: efa26b9e1116
Revises: ebea4faff9cc
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "efa26b9e1116"
down_revision = "ebea4faff9cc"


def upgrade():
    op.execute("ALTER TABLE tickets ALTER COLUMN priority SET DEFAULT 'urgent'")  # expect: oneshot-fails


def downgrade():
    op.execute("ALTER TABLE tickets ALTER COLUMN priority DROP DEFAULT")
