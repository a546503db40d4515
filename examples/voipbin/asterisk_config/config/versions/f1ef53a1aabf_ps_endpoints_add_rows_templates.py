"""ps_endpoints_add_rows_templates

Revision ID: f1ef53a1aabf
Revises: de0e29a444d5
Create Date: 2022-02-14 10:23:05.409086

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f1ef53a1aabf'
down_revision = 'de0e29a444d5'
branch_labels = None
depends_on = None

endpoints = sa.table(
    'ps_endpoints',
    sa.column('id', sa.String),
    sa.column('transport', sa.String),
    sa.column('context', sa.String),
    sa.column('allow', sa.String),
    sa.column('direct_media', sa.String),
    sa.column('mediaencryption', sa.String),
)


def upgrade():
    op.bulk_insert(endpoints, [
        {'id': 'tmpl-webrtc', 'transport': 'transport-wss', 'context': 'from-browser', 'allow': 'opus,ulaw',
         'direct_media': 'no', 'mediaencryption': 'dtls'},
        {'id': 'tmpl-trunk', 'transport': 'transport-udp', 'context': 'from-trunk', 'allow': 'alaw,ulaw',
         'direct_media': 'no', 'mediaencryption': 'no'},
        {'id': 'tmpl-phone', 'transport': 'transport-tls', 'context': 'from-phone', 'allow': 'g722,alaw',
         'direct_media': 'yes', 'mediaencryption': 'sdes'},
    ])


def downgrade():
    op.execute(endpoints.delete().where(endpoints.c.id.in_(['tmpl-webrtc', 'tmpl-trunk', 'tmpl-phone'])))
