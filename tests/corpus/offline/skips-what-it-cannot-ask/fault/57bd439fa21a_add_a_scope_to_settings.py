"""add a scope to settings

Revision ID: 57bd439fa21a
Revises: 88c8546d5441
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "57bd439fa21a"
down_revision = "88c8546d5441"


from alembic import context


def upgrade():
    if context.is_offline_mode():  # expect: offline-differs
        return
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("settings")}
    if "scope" not in columns:
        op.add_column("settings", sa.Column("scope", sa.String(50)))


def downgrade():
    op.drop_column("settings", "scope")
