"""create visits

Revision ID: e009bf7789df
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e009bf7789df"
down_revision = None


def upgrade():
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("visits")
