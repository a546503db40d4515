"""light up the theme

Revision ID: 3b3009c6189e
Revises: 2e623904b560
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3b3009c6189e"
down_revision = "2e623904b560"


def upgrade():
    op.execute("UPDATE settings SET value = 'light' WHERE name = 'theme' AND value = 'dark';")


def downgrade():
    op.execute("UPDATE settings SET value = 'dark' WHERE name = 'theme'")
