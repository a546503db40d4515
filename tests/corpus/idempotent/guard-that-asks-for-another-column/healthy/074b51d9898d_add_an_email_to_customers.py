"""add an email to customers

Revision ID: 074b51d9898d
Revises: 4da9efe6ca6e
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "074b51d9898d"
down_revision = "4da9efe6ca6e"


def upgrade():
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")}
    if "email" not in columns:
        op.add_column("customers", sa.Column("email", sa.String(255)))


def downgrade():
    op.drop_column("customers", "email")
