"""create visitors

Revision ID: 5e7e30da5ba9
Revises: e009bf7789df
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "5e7e30da5ba9"
down_revision = "e009bf7789df"


def upgrade():
    op.create_table(
        "visitors",
        sa.Column("customer_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("note", sa.String(100)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("visitors")
