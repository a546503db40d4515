"""create payments

Revision ID: f5806977f2e1
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "f5806977f2e1"
down_revision = None


def upgrade():
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("amount", sa.Integer),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("payments")
