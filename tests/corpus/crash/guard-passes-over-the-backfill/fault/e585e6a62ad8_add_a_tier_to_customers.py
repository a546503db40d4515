"""add a tier to customers

Revision ID: e585e6a62ad8
Revises: c9a92844eee1
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "e585e6a62ad8"
down_revision = "c9a92844eee1"


def upgrade():
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")}
    if "tier" not in columns:
        op.add_column("customers", sa.Column("tier", sa.String(20)))
        op.execute("UPDATE customers SET tier = 'standard'")  # expect: retry-differs


def downgrade():
    op.drop_column("customers", "tier")
