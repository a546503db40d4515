"""index the parents of areas

Revision ID: 6c149d12542e
Revises: 830d13c030ed
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6c149d12542e"
down_revision = "830d13c030ed"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_areas_parent ON areas (parent_id)")


def downgrade():
    op.drop_index("ix_areas_parent", "areas")
