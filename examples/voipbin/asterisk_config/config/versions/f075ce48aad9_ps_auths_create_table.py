"""ps_auths_create_table

Revision ID: f075ce48aad9
Revises: 5eb795c9374d
Create Date: 2021-11-02 15:22:49.982796

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f075ce48aad9'
down_revision = '5eb795c9374d'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'ps_auths',
        sa.Column('id', sa.String(40), nullable=False),
        sa.Column('auth_type', sa.Enum('md5', 'userpass', name='auth_type_values')),
        sa.Column('nonce_lifetime', sa.Integer()),
        sa.Column('md5_cred', sa.String(40)),
        sa.Column('password', sa.String(80)),
        sa.Column('realm', sa.String(40)),
        sa.Column('username', sa.String(40)),
        sa.PrimaryKeyConstraint('id'),
    )


def downgrade():
    op.drop_table('ps_auths')
