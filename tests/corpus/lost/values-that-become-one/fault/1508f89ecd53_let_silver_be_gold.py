"""let silver be gold

Revision ID: 1508f89ecd53
Revises: 6151d78e592a
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1508f89ecd53"
down_revision = "6151d78e592a"


def upgrade():
    op.execute("UPDATE customers SET tier = 'gold' WHERE tier = 'silver'")  # expect: rows-differ


def downgrade():
    op.execute("UPDATE customers SET tier = 'silver' WHERE tier = 'gold'")
