"""create discounts

Revision ID: f487e64a90ca
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "f487e64a90ca"
down_revision = None


def upgrade():
    op.create_table("discounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("label", sa.String(100)))


def downgrade():
    op.drop_table("discounts")
