"""merge_queues_and_extensions

Revision ID: de0e29a444d5
Revises: a8901b79f99e, a54e335f5d0e
Create Date: 2022-02-01 11:52:27.128887

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'de0e29a444d5'
down_revision = ('a8901b79f99e', 'a54e335f5d0e')
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
