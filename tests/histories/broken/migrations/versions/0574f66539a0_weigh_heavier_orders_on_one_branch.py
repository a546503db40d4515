"""weigh heavier orders on one branch

Revision ID: 0574f66539a0
Revises: e5e8b243d3b2
Create Date: 2024-06-24 09:17:14.403163

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0574f66539a0'
down_revision = 'e5e8b243d3b2'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a broken revision on a branch: another type


def upgrade():
    op.execute("ALTER TABLE orders MODIFY COLUMN grams BIGINT DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE orders MODIFY COLUMN grams SMALLINT DEFAULT NULL")
