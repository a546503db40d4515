"""let tickets wait

Revision ID: de63deb14e56
Revises: 33439d0010c6
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "de63deb14e56"
down_revision = "33439d0010c6"


def upgrade():
    op.execute("ALTER TABLE tickets MODIFY state ENUM('open', 'closed', 'lost', 'waiting')")


def downgrade():
    op.execute("ALTER TABLE tickets MODIFY state ENUM('open', 'closed', 'lost')")
