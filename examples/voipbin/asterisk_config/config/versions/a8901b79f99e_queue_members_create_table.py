"""queue_members_create_table

Revision ID: a8901b79f99e
Revises: ed083fc3bf1b
Create Date: 2022-01-18 10:07:46.376535

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import mysql


# revision identifiers, used by Alembic.
revision = 'a8901b79f99e'
down_revision = 'ed083fc3bf1b'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'queue_members',
        sa.Column('uniqueid', mysql.INTEGER(unsigned=True), autoincrement=True, nullable=False),
        sa.Column('queue_name', sa.String(128), nullable=False),
        sa.Column('interface', sa.String(80), nullable=False),
        sa.Column('membername', sa.String(80)),
        sa.Column('state_interface', sa.String(80)),
        sa.Column('penalty', sa.Integer(), nullable=False, server_default=sa.text('0')),
        sa.Column('paused', sa.Boolean(), nullable=False, server_default=sa.text('0')),
        sa.PrimaryKeyConstraint('uniqueid'),
        sa.ForeignKeyConstraint(['queue_name'], ['queues.name'], name='queue_members_queue_fk',
                                onupdate='CASCADE', ondelete='CASCADE'),
        sa.Index('queue_members_queue_interface', 'queue_name', 'interface'),
    )
    op.create_index('queue_members_interface', 'queue_members', ['interface'])


def downgrade():
    op.drop_table('queue_members')
