"""call customers clients in the comment

Revision ID: 156da73e634f
Revises: 254275262aee
Create Date: 2024-02-28 11:42:47.561835

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '156da73e634f'
down_revision = '254275262aee'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the table's comment is lost


def upgrade():
    op.execute("ALTER TABLE customers COMMENT 'clients'")


def downgrade():
    op.execute("ALTER TABLE customers COMMENT ''")
