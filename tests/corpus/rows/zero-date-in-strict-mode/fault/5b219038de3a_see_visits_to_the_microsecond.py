"""see visits to the microsecond

Revision ID: 5b219038de3a
Revises: a7d994c9b130
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "5b219038de3a"
down_revision = "a7d994c9b130"


def upgrade():
    op.execute("SET SESSION sql_mode = 'TRADITIONAL'")
    op.execute("ALTER TABLE visits MODIFY seen DATETIME(6) NOT NULL")  # expect: upgrade-fails


def downgrade():
    op.execute("ALTER TABLE visits MODIFY seen DATETIME NOT NULL")
