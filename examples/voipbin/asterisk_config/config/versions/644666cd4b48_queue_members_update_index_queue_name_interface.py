"""queue_members_update_index_queue_name_interface

Revision ID: 644666cd4b48
Revises: fe4ea9930c83
Create Date: 2023-05-16 09:42:02.640749

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '644666cd4b48'
down_revision = 'fe4ea9930c83'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('queue_members_uq', 'queue_members', ['queue_name', 'interface'], unique=True)
    op.drop_index('queue_members_interface', table_name='queue_members')


def downgrade():
    op.create_index('queue_members_interface', 'queue_members', ['interface'])
    op.drop_index('queue_members_uq', table_name='queue_members')
