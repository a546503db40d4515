"""drop the unique email

Revision ID: ffee820d7c60
Revises: a19dadb27a3b
Create Date: 2024-06-04 13:42:00.052259

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ffee820d7c60'
down_revision = 'a19dadb27a3b'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index comes back, but not unique


def upgrade():
    op.execute("ALTER TABLE customers DROP KEY uq_customers_email")


def downgrade():
    op.execute("ALTER TABLE customers ADD KEY uq_customers_email (email)")
