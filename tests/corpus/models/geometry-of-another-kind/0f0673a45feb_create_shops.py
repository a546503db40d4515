"""create shops

Revision ID: 0f0673a45feb
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "0f0673a45feb"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shops (id SERIAL PRIMARY KEY, place geometry(POINT, 4326))")
    op.execute("CREATE INDEX idx_shops_place ON shops USING gist (place)")


def downgrade():
    op.drop_table("shops")
