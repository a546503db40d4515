"""add a region with a typo below

Revision ID: 66303721a70c
Revises: ddf86c865e85
Create Date: 2024-03-18 10:37:12.057543

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '66303721a70c'
down_revision = 'ddf86c865e85'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: a syntax error (1064)


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN region VARCHAR(10) DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUM region")
