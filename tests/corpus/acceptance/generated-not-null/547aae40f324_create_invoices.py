"""create invoices

Revision ID: 547aae40f324
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "547aae40f324"
down_revision = None


def upgrade():
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("net", sa.Integer, nullable=False),
        sa.Column("tax", sa.Integer, nullable=False),
    )


def downgrade():
    op.drop_table("invoices")
