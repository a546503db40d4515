"""index names by their beginning

Revision ID: 0ac8a280317a
Revises: ffee820d7c60
Create Date: 2024-06-05 11:14:54.264685

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0ac8a280317a'
down_revision = 'ffee820d7c60'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index comes back with another prefix length


def upgrade():
    op.execute("ALTER TABLE customers DROP KEY ix_customers_name")


def downgrade():
    op.execute("ALTER TABLE customers ADD KEY ix_customers_name (name(20))")
