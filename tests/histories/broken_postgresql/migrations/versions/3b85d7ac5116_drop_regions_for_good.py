"""drop regions for good

Revision ID: 3b85d7ac5116
Revises: 242386de2491
Create Date: 2024-03-21 14:36:30.084997

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '3b85d7ac5116'
down_revision = '242386de2491'
branch_labels = None
depends_on = None

# expect: irreversible
irreversible = "regions are kept in the CRM now"


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN region")


def downgrade():
    pass
