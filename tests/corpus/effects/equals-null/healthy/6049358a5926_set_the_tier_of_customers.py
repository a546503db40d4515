"""set the tier of customers

Revision ID: 6049358a5926
Revises: e24a48e7de11
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "6049358a5926"
down_revision = "e24a48e7de11"


def upgrade():
    op.execute("UPDATE customers SET tier = 'standard' WHERE tier IS NULL")


def downgrade():
    pass
