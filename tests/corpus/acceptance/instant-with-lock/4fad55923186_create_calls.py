"""create calls

Revision ID: 4fad55923186
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "4fad55923186"
down_revision = None


def upgrade():
    op.create_table("calls", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("calls")
