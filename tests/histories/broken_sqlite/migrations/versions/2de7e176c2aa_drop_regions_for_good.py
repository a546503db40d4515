"""drop regions for good

Revision ID: 2de7e176c2aa
Revises: 526ef948d49c
Create Date: 2024-03-21 11:38:36.196142

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2de7e176c2aa'
down_revision = '526ef948d49c'
branch_labels = None
depends_on = None

# expect: irreversible
irreversible = "regions are kept in the CRM now"


def upgrade():
    op.execute("ALTER TABLE customers DROP COLUMN region")


def downgrade():
    pass
