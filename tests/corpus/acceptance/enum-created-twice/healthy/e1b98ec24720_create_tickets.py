"""create tickets

Revision ID: e1b98ec24720
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e1b98ec24720"
down_revision = None


from sqlalchemy.dialects import postgresql


def upgrade():
    priority = postgresql.ENUM("low", "high", name="priority", create_type=False)
    priority.create(op.get_bind(), checkfirst=True)
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("priority", priority),
    )


def downgrade():
    op.drop_table("tickets")
    op.execute("DROP TYPE priority")
