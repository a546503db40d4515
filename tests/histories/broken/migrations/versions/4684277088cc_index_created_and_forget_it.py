"""index created and forget it

Revision ID: 4684277088cc
Revises: a9ccc2d1e2a5
Create Date: 2024-02-06 14:22:40.731861

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4684277088cc'
down_revision = 'a9ccc2d1e2a5'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade takes the column back and forgets the index, which is there twice on the second upgrade (1061)


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN last_seen DATETIME(6) DEFAULT NULL")
    op.execute("CREATE INDEX ix_customers_created ON customers (created)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN last_seen")
