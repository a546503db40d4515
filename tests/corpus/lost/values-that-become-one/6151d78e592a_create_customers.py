"""create customers

Revision ID: 6151d78e592a
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6151d78e592a"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("tier", sa.String(20)))


def downgrade():
    op.drop_table("customers")
