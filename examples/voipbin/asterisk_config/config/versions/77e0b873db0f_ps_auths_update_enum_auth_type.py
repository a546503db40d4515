"""ps_auths_update_enum_auth_type

Revision ID: 77e0b873db0f
Revises: f1ef53a1aabf
Create Date: 2022-04-26 15:08:18.740406

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '77e0b873db0f'
down_revision = 'f1ef53a1aabf'
branch_labels = None
depends_on = None

OLD = sa.Enum('md5', 'userpass', name='auth_type_values')
NEW = sa.Enum('md5', 'userpass', 'google_oauth', name='auth_type_values_v2')


def upgrade():
    op.alter_column('ps_auths', 'auth_type', type_=NEW, existing_type=OLD, existing_nullable=True)
    op.add_column('ps_auths', sa.Column('refresh_token', sa.String(255)))
    op.add_column('ps_auths', sa.Column('oauth_clientid', sa.String(255)))
    op.add_column('ps_auths', sa.Column('oauth_secret', sa.String(255)))


def downgrade():
    op.drop_column('ps_auths', 'oauth_secret')
    op.drop_column('ps_auths', 'oauth_clientid')
    op.drop_column('ps_auths', 'refresh_token')
    # an enum cannot lose a value that a row holds
    op.execute("UPDATE ps_auths SET auth_type = NULL WHERE auth_type = 'google_oauth'")
    op.alter_column('ps_auths', 'auth_type', type_=OLD, existing_type=NEW, existing_nullable=True)
