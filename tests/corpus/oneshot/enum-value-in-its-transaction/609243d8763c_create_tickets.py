"""create tickets

Revision ID: 609243d8763c
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "609243d8763c"
down_revision = None


from sqlalchemy.dialects import postgresql


def upgrade():
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("priority", postgresql.ENUM("low", "high", name="priority")),
    )


def downgrade():
    op.drop_table("tickets")
    op.execute("DROP TYPE priority")
