"""merge_conference_and_flow_heads

Revision ID: b0095558d1ec
Revises: 8436e48c2f2c, ff5993c0285b
Create Date: 2022-07-25 17:54:19.145201

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b0095558d1ec'
down_revision = ('8436e48c2f2c', 'ff5993c0285b')
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
