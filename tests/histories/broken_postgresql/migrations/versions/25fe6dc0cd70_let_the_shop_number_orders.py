"""let the shop number orders

Revision ID: 25fe6dc0cd70
Revises: 08e60eab73d2
Create Date: 2024-02-23 18:25:13.543473

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '25fe6dc0cd70'
down_revision = '08e60eab73d2'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the sequence's nextval default is lost


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN id DROP DEFAULT")


def downgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN id TYPE integer")
