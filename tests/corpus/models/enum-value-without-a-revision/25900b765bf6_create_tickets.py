"""create tickets

Revision ID: 25900b765bf6
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "25900b765bf6"
down_revision = None


def upgrade():
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("priority", sa.Enum("low", "high", name="priority")),
    )


def downgrade():
    op.drop_table("tickets")
    op.execute("DROP TYPE priority")
