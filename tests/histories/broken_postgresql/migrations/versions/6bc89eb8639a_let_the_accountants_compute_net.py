"""let the accountants compute net

Revision ID: 6bc89eb8639a
Revises: ddda7559546e
Create Date: 2024-05-30 14:01:24.734506

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6bc89eb8639a'
down_revision = 'ddda7559546e'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a generated column becomes a plain one, and stays one


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN net DROP EXPRESSION IF EXISTS")


def downgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN net DROP DEFAULT")
