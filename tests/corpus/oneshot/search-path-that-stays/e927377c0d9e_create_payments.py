"""create payments

Revision ID: e927377c0d9e
Revises: 9e2e27e4df0b
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e927377c0d9e"
down_revision = "9e2e27e4df0b"


def upgrade():
    op.create_table("payments", sa.Column("id", sa.Integer, primary_key=True))  # expect: oneshot-differs


def downgrade():
    op.drop_table("payments")
