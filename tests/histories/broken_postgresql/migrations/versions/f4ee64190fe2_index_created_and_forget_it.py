"""index created and forget it

Revision ID: f4ee64190fe2
Revises: ddb467240421
Create Date: 2024-02-06 13:36:22.273082

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f4ee64190fe2'
down_revision = 'ddb467240421'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index is left, and IF NOT EXISTS hides it from the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN last_seen timestamptz")
    op.execute("CREATE INDEX IF NOT EXISTS ix_customers_created ON customers (created)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN last_seen")
