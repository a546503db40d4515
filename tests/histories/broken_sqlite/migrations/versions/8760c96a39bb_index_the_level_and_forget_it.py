"""index the level and forget it

Revision ID: 8760c96a39bb
Revises: 6e403ce6e1dc
Create Date: 2024-02-07 08:33:40.752568

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8760c96a39bb'
down_revision = '6e403ce6e1dc'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the index is left and in the way of the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN first_seen DATETIME")
    op.execute("CREATE INDEX ix_orders_level ON orders (level)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN first_seen")
