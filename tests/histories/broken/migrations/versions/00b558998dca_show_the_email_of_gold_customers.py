"""show the email of gold customers

Revision ID: 00b558998dca
Revises: a46154ce107c
Create Date: 2024-05-21 11:39:48.139935

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '00b558998dca'
down_revision = 'a46154ce107c'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the view comes back with another condition


def upgrade():
    op.execute("CREATE OR REPLACE VIEW gold AS SELECT id, name, email FROM customers WHERE level = 'gold'")


def downgrade():
    op.execute("CREATE OR REPLACE VIEW gold AS SELECT id, name FROM customers")
