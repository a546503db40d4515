"""create tickets

Revision ID: 33439d0010c6
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "33439d0010c6"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS tickets (id INT PRIMARY KEY, state ENUM('open', 'closed', 'lost'))")


def downgrade():
    op.drop_table("tickets")
