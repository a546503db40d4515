"""index the total and forget it

Revision ID: 6e403ce6e1dc
Revises: 4bb1940529ad
Create Date: 2024-02-06 09:48:19.436273

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6e403ce6e1dc'
down_revision = '4bb1940529ad'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index is left, and IF NOT EXISTS hides it from the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN last_seen DATETIME")
    op.execute("CREATE INDEX IF NOT EXISTS ix_orders_total ON orders (total)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN last_seen")
