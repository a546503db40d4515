"""drop the unique email

Revision ID: d7f0a7f01589
Revises: c0d0a4d6d71d
Create Date: 2024-06-04 08:25:39.457357

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd7f0a7f01589'
down_revision = 'c0d0a4d6d71d'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the index comes back without its predicate


def upgrade():
    op.drop_index("uq_customers_email", table_name="customers")


def downgrade():
    op.create_index("uq_customers_email", "customers", ["email"], unique=True)
