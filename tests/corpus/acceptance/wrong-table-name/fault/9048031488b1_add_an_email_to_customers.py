"""add an email to customers

Revision ID: 9048031488b1
Revises: 69bcbe769400
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "9048031488b1"
down_revision = "69bcbe769400"


def upgrade():
    op.execute("ALTER TABLE customer ADD COLUMN email VARCHAR(255)")  # expect: upgrade-fails


def downgrade():
    op.execute("ALTER TABLE customer DROP COLUMN email")
