"""name areas

Revision ID: 3868d216b242
Revises: 37a9e8d9d36c
Create Date: 2026-01-04 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3868d216b242"
down_revision = "37a9e8d9d36c"


def upgrade():
    op.execute("ALTER TABLE areas ADD COLUMN name VARCHAR(100)")  # expect: oneshot-fails


def downgrade():
    op.execute("ALTER TABLE areas DROP COLUMN name")
