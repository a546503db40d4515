"""weigh products in grams

Revision ID: 2005b90e4cda
Revises: 8087ced2ebc1
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2005b90e4cda"
down_revision = "8087ced2ebc1"


def upgrade():
    op.execute("ALTER TABLE products ALTER COLUMN weight TYPE INTEGER USING weight::INTEGER")  # expect: upgrade-fails


def downgrade():
    op.execute("ALTER TABLE products ALTER COLUMN weight TYPE VARCHAR(20)")
