"""place orders to the microsecond

Revision ID: df1024214cad
Revises: 9648f88d39bc
Create Date: 2024-02-20 14:57:39.776698

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'df1024214cad'
down_revision = '9648f88d39bc'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: timestamp(3) comes back as timestamp


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN placed TYPE timestamp(6)")


def downgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN placed TYPE timestamp")
