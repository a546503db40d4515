"""create tickets

Revision ID: e1b98ec24720
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e1b98ec24720"
down_revision = None


def upgrade():
    priority = sa.Enum("low", "high", name="priority")
    priority.create(op.get_bind(), checkfirst=True)
    op.create_table(  # expect: upgrade-fails
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("priority", sa.Enum("low", "high", name="priority")),
    )


def downgrade():
    op.drop_table("tickets")
    op.execute("DROP TYPE priority")
