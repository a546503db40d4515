"""let the accountants compute net

Revision ID: da5a33f91265
Revises: 6f025e91d9cd
Create Date: 2024-05-29 13:46:13.059606

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'da5a33f91265'
down_revision = '6f025e91d9cd'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a generated column comes back with another expression


def upgrade():
    op.execute("ALTER TABLE orders DROP COLUMN net")


def downgrade():
    op.execute("ALTER TABLE orders ADD COLUMN net DECIMAL(12, 2) GENERATED ALWAYS AS (total / 1.16) STORED AFTER total")
