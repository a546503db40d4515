"""ps_endpoints_update_column_media_encryption

Revision ID: 2a2b04114ca7
Revises: 77e0b873db0f
Create Date: 2022-06-08 09:44:40.161020

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2a2b04114ca7'
down_revision = '77e0b873db0f'
branch_labels = None
depends_on = None

ENCRYPTION = sa.Enum('no', 'sdes', 'dtls', name='media_encryption_values')


def upgrade():
    op.alter_column(
        'ps_endpoints', 'mediaencryption', new_column_name='media_encryption',
        existing_type=ENCRYPTION, existing_nullable=False, existing_server_default='no',
    )


def downgrade():
    op.alter_column(
        'ps_endpoints', 'media_encryption', new_column_name='mediaencryption',
        existing_type=ENCRYPTION, existing_nullable=False, existing_server_default='no',
    )
