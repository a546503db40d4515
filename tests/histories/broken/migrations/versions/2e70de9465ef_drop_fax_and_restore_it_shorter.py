"""drop fax and restore it shorter

Revision ID: 2e70de9465ef
Revises: e69e474a4649
Create Date: 2024-02-19 13:08:02.875121

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2e70de9465ef'
down_revision = 'e69e474a4649'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another type


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN fax")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN fax VARCHAR(20) NOT NULL DEFAULT '' AFTER email")
