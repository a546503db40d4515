"""count payments further

Revision ID: 5a5611253d3e
Revises: f5806977f2e1
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "5a5611253d3e"
down_revision = "f5806977f2e1"


def upgrade():
    op.execute("ALTER TABLE payments MODIFY amount BIGINT")


def downgrade():
    op.execute("ALTER TABLE payments MODIFY amount INT")
