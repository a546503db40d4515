"""create lookups

Revision ID: 0f79257101da
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "0f79257101da"
down_revision = None


def upgrade():
    op.execute("SET SESSION default_storage_engine = 'MyISAM'")
    op.create_table("lookups", sa.Column("id", sa.Integer, primary_key=True), if_not_exists=True)


def downgrade():
    op.drop_table("lookups")
