"""create payments

Revision ID: e93a6def613e
Revises: 0f79257101da
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e93a6def613e"
down_revision = "0f79257101da"


def upgrade():
    op.create_table("payments", sa.Column("id", sa.Integer, primary_key=True))  # expect: oneshot-differs


def downgrade():
    op.drop_table("payments")
