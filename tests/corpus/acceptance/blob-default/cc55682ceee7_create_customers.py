"""create customers

Revision ID: cc55682ceee7
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cc55682ceee7"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(100)))


def downgrade():
    op.drop_table("customers")
