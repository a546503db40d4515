"""merge weights and newsletters

Revision ID: a720c4dbcc0e
Revises: 0574f66539a0, b3763f368130
Create Date: 2024-06-26 14:17:26.684189

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a720c4dbcc0e'
down_revision = ('0574f66539a0', 'b3763f368130')
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    pass


def downgrade():
    pass
