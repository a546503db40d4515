"""create agents

Revision ID: cd8e3670d86e
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cd8e3670d86e"
down_revision = None


def upgrade():
    op.create_table(
        "agents",
        sa.Column("id", sa.BINARY(16), primary_key=True),
        sa.Column("name", sa.String(100)),
        if_not_exists=True,
    )


def downgrade():
    op.drop_table("agents")
