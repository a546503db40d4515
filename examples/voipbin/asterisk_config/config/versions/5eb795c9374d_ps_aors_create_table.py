"""ps_aors_create_table

Revision ID: 5eb795c9374d
Revises: ffbfd34c1116
Create Date: 2021-11-02 14:04:32.781874

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5eb795c9374d'
down_revision = 'ffbfd34c1116'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'ps_aors',
        sa.Column('id', sa.String(40), nullable=False),
        sa.Column('contact', sa.String(255)),
        sa.Column('default_expiration', sa.Integer()),
        sa.Column('mailboxes', sa.String(80)),
        sa.Column('max_contacts', sa.Integer(), nullable=False, server_default=sa.text('1'),
                  comment='0 turns registration off'),
        sa.Column('minimum_expiration', sa.Integer()),
        sa.Column('remove_existing', sa.Enum('yes', 'no', name='yesno_values')),
        sa.Column('qualify_frequency', sa.Integer()),
        sa.PrimaryKeyConstraint('id'),
    )


def downgrade():
    op.drop_table('ps_aors')
