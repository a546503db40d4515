"""create products

Revision ID: edf5e5158eec
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "edf5e5158eec"
down_revision = None


def upgrade():
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("price", sa.Numeric(12, 2)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("products")
