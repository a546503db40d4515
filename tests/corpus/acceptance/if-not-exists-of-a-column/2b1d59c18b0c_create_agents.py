"""create agents

Revision ID: 2b1d59c18b0c
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2b1d59c18b0c"
down_revision = None


def upgrade():
    op.create_table("agents", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("agents")
