"""add silver to the levels

Revision ID: c0d0a4d6d71d
Revises: 8da330b2002a
Create Date: 2024-06-03 11:35:38.456861

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c0d0a4d6d71d'
down_revision = '8da330b2002a'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the value stays; IF NOT EXISTS hides it from the second upgrade


def upgrade():
    op.execute("ALTER TYPE level ADD VALUE IF NOT EXISTS 'silver' BEFORE 'gold'")


def downgrade():
    op.execute("UPDATE customers SET level = 'gold' WHERE level::text = 'silver'")
