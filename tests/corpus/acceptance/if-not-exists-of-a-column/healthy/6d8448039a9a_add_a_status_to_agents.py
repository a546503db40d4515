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
    op.add_column("agents", sa.Column("status", sa.String(20)))


def downgrade():
    op.drop_column("agents", "status")
