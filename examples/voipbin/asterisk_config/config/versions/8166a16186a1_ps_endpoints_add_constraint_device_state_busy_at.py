"""ps_endpoints_add_constraint_device_state_busy_at

Revision ID: 8166a16186a1
Revises: bfcdc440e60b
Create Date: 2024-01-30 12:11:52.331441

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8166a16186a1'
down_revision = 'bfcdc440e60b'
branch_labels = None
depends_on = None


def upgrade():
    op.create_check_constraint('ps_endpoints_busy_at_ck', 'ps_endpoints', 'device_state_busy_at >= 0')


def downgrade():
    op.drop_constraint('ps_endpoints_busy_at_ck', 'ps_endpoints', type_='check')
