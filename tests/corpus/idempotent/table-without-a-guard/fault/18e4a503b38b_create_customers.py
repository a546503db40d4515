"""create customers

Revision ID: 18e4a503b38b
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "18e4a503b38b"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True))  # expect: rerun-fails


def downgrade():
    op.drop_table("customers")
