"""add language unless it is there but drop fax

Revision ID: 0d37ea876c48
Revises: 7f286453f199
Create Date: 2024-01-31 10:15:54.314331

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0d37ea876c48'
down_revision = '7f286453f199'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the wrong column; the upgrade may run twice


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS language varchar(5)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN fax")
