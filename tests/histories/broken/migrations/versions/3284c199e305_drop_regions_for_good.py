"""drop regions for good

Revision ID: 3284c199e305
Revises: 3e12c9b72fb3
Create Date: 2024-03-21 11:51:05.966512

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '3284c199e305'
down_revision = '3e12c9b72fb3'
branch_labels = None
depends_on = None

# expect: irreversible
irreversible = "regions are kept in the CRM now"


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN region")


def downgrade():
    pass
