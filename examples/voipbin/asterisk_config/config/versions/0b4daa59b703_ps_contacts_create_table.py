"""ps_contacts_create_table

Revision ID: 0b4daa59b703
Revises: f075ce48aad9
Create Date: 2021-11-09 08:39:49.578494

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0b4daa59b703'
down_revision = 'f075ce48aad9'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'ps_contacts',
        sa.Column('id', sa.String(255), nullable=False),
        sa.Column('uri', sa.String(255)),
        sa.Column('expiration_time', sa.BigInteger()),
        sa.Column('qualify_frequency', sa.Integer()),
        sa.Column('outbound_proxy', sa.String(40)),
        sa.Column('path', sa.Text()),
        sa.Column('user_agent', sa.String(255)),
        sa.Column('endpoint', sa.String(40)),
        sa.Column('reg_server', sa.String(20)),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('id', 'reg_server', name='ps_contacts_uq'),
    )


def downgrade():
    op.drop_table('ps_contacts')
