"""voicemail_create_table

Revision ID: a54e335f5d0e
Revises: 024fd4ca4e8c
Create Date: 2022-01-24 16:13:57.350288

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a54e335f5d0e'
down_revision = '024fd4ca4e8c'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'voicemail',
        sa.Column('uniqueid', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('context', sa.String(80), nullable=False),
        sa.Column('mailbox', sa.String(80), nullable=False),
        sa.Column('password', sa.String(80), nullable=False),
        sa.Column('fullname', sa.String(80)),
        sa.Column('email', sa.String(80)),
        sa.Column('attach', sa.Enum('yes', 'no', name='yesno_values')),
        sa.Column('maxsecs', sa.Integer()),
        sa.Column('stamp', sa.DateTime(), nullable=False, server_default=sa.text('CURRENT_TIMESTAMP')),
        sa.PrimaryKeyConstraint('uniqueid'),
        sa.UniqueConstraint('context', 'mailbox', name='voicemail_uq'),
    )


def downgrade():
    op.drop_table('voicemail')
