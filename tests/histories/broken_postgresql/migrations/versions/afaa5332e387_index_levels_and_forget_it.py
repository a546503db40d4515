"""index levels and forget it

Revision ID: afaa5332e387
Revises: f4ee64190fe2
Create Date: 2024-02-07 15:27:44.808947

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'afaa5332e387'
down_revision = 'f4ee64190fe2'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the index is left and in the way of the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN first_seen timestamptz")
    op.execute("CREATE INDEX ix_customers_level ON customers (level)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN first_seen")
