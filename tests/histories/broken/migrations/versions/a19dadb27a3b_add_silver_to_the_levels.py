"""add silver to the levels

Revision ID: a19dadb27a3b
Revises: 24e4a9f29315
Create Date: 2024-06-03 09:56:01.040325

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a19dadb27a3b'
down_revision = '24e4a9f29315'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the values come back in another order


def upgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN level ENUM('basic', 'gold', 'silver') NOT NULL DEFAULT 'basic'")


def downgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN level ENUM('gold', 'basic') NOT NULL DEFAULT 'basic'")
