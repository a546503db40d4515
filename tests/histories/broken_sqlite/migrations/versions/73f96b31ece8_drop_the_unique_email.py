"""drop the unique email

Revision ID: 73f96b31ece8
Revises: 0694a0bdffb6
Create Date: 2024-06-04 13:20:11.171448

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '73f96b31ece8'
down_revision = '0694a0bdffb6'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index comes back, but not unique


def upgrade():
    op.execute("DROP INDEX uq_customers_email")


def downgrade():
    op.execute("CREATE INDEX uq_customers_email ON customers (email)")
