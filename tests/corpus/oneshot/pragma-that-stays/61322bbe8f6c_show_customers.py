"""show customers

Revision ID: 61322bbe8f6c
Revises: a522c2b42481
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "61322bbe8f6c"
down_revision = "a522c2b42481"


def upgrade():
    op.execute("CREATE VIEW IF NOT EXISTS shown AS SELECT id FROM customers")


def downgrade():
    op.execute("DROP VIEW shown")
