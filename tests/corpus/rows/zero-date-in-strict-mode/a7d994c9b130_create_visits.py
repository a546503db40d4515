"""create visits

Revision ID: a7d994c9b130
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "a7d994c9b130"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS visits (id INT PRIMARY KEY, seen DATETIME NOT NULL)")


def downgrade():
    op.drop_table("visits")
