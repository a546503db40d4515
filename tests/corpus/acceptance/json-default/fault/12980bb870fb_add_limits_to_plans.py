"""add limits to plans

Revision ID: 12980bb870fb
Revises: 13ecf5013bef
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "12980bb870fb"
down_revision = "13ecf5013bef"


def upgrade():
    op.add_column(  # expect: upgrade-fails@mysql
        "plans",
        sa.Column("limits", sa.JSON, server_default="[]", nullable=False),
    )


def downgrade():
    op.drop_column("plans", "limits")
