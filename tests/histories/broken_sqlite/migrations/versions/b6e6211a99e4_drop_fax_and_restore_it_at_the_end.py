"""drop fax and restore it at the end

Revision ID: b6e6211a99e4
Revises: a14171e878cb
Create Date: 2024-03-04 09:02:35.150776

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b6e6211a99e4'
down_revision = 'a14171e878cb'
branch_labels = None
depends_on = None

# expect: order-differs
# why: the column comes back behind those that followed it


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN fax")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN fax VARCHAR(40) DEFAULT '' NOT NULL")
