"""add a code to customers

Revision ID: 1a438db131be
Revises: d69bd65041f3
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1a438db131be"
down_revision = "d69bd65041f3"


def upgrade():
    if sa.inspect(op.get_bind()).get_indexes("customers"):
        op.drop_index("ix_customers_code", "customers")
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")}
    if "code" in columns:
        op.drop_column("customers", "code")
    op.add_column("customers", sa.Column("code", sa.String(64)))
    op.create_index("ix_customers_code", "customers", ["code"])


def downgrade():
    op.drop_index("ix_customers_code", "customers")
    op.drop_column("customers", "code")
