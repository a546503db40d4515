"""add a tier to customers

Revision ID: 4223215582d0
Revises: 671ab31aca51
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "4223215582d0"
down_revision = "671ab31aca51"


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN tier VARCHAR(20) NOT NULL")  # expect: upgrade-fails


def downgrade():
    op.drop_column("customers", "tier")
