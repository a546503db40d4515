"""ps_endpoints_create_table

Revision ID: ffbfd34c1116
Revises: 
Create Date: 2021-11-02 16:32:14.484092

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ffbfd34c1116'
down_revision = None
branch_labels = None
depends_on = None

YESNO = sa.Enum('yes', 'no', name='yesno_values')


def upgrade():
    op.create_table(
        'ps_endpoints',
        sa.Column('id', sa.String(40), nullable=False),
        sa.Column('transport', sa.String(40)),
        sa.Column('aors', sa.String(200)),
        sa.Column('auth', sa.String(40)),
        sa.Column('context', sa.String(40)),
        sa.Column('disallow', sa.String(200), server_default='all'),
        sa.Column('allow', sa.String(200)),
        sa.Column('direct_media', YESNO),
        sa.Column('dtmf_mode', sa.Enum('rfc4733', 'inband', 'info', 'auto', name='dtmf_mode_values')),
        sa.Column('force_rport', YESNO),
        sa.Column('ice_support', YESNO),
        sa.Column('mediaencryption', sa.Enum('no', 'sdes', 'dtls', name='media_encryption_values'),
                  nullable=False, server_default='no'),
        sa.Column('call_group', sa.String(40)),
        sa.Column('pickup_group', sa.String(40)),
        sa.Column('one_touch_recording', YESNO, comment='needs features.conf'),
        sa.Column('rtp_timeout', sa.Integer(), server_default=sa.text('0')),
        sa.Column('device_state_busy_at', sa.Integer()),
        sa.Column('callerid', sa.String(40)),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ps_endpoints_transport', 'ps_endpoints', ['transport'])


def downgrade():
    op.drop_table('ps_endpoints')
