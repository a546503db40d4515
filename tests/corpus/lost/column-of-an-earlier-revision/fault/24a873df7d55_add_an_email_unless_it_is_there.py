"""add an email unless it is there

Revision ID: 24a873df7d55
Revises: 3041bfd918d1
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "24a873df7d55"
down_revision = "3041bfd918d1"


def upgrade():
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")}
    if "email" not in columns:
        op.add_column("customers", sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_column("customers", "email")  # expect: data-lost
