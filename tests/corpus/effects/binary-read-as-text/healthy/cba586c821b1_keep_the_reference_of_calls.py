"""keep the reference of calls

Revision ID: cba586c821b1
Revises: 7bd39cad9d69
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cba586c821b1"
down_revision = "7bd39cad9d69"


def upgrade():
    op.execute("UPDATE calls SET reference = LOWER(HEX(id))")


def downgrade():
    op.execute("UPDATE calls SET reference = NULL")
