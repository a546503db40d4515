"""add a status to agents

Revision ID: 6d8448039a9a
Revises: 2b1d59c18b0c
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6d8448039a9a"
down_revision = "2b1d59c18b0c"


def upgrade():
    op.execute("ALTER TABLE agents ADD COLUMN IF NOT EXISTS status VARCHAR(20)")  # expect: upgrade-fails@mysql


def downgrade():
    op.drop_column("agents", "status")
