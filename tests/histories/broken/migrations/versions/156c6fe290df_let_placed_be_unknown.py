"""let placed be unknown

Revision ID: 156c6fe290df
Revises: e4798108912e
Create Date: 2024-02-21 18:09:04.338323

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '156c6fe290df'
down_revision = 'e4798108912e'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade makes the type again and forgets NOT NULL


def upgrade():
    op.execute("ALTER TABLE orders MODIFY COLUMN placed DATETIME(6) DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE orders MODIFY COLUMN placed DATETIME DEFAULT NULL")
