"""drop the last sight and restore it as text

Revision ID: 0bf11d9f36df
Revises: 8760c96a39bb
Create Date: 2024-02-19 12:45:10.842504

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0bf11d9f36df'
down_revision = '8760c96a39bb'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another type


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN first_seen")


def downgrade():
    op.execute("ALTER TABLE customers ADD COLUMN first_seen TEXT")
