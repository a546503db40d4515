"""queues_create_table

Revision ID: ed083fc3bf1b
Revises: 0b4daa59b703
Create Date: 2022-01-18 16:08:39.406662

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ed083fc3bf1b'
down_revision = '0b4daa59b703'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'queues',
        sa.Column('name', sa.String(128), nullable=False),
        sa.Column('musiconhold', sa.String(128)),
        sa.Column('announce', sa.String(128)),
        sa.Column('context', sa.String(128)),
        sa.Column('timeout', sa.Integer()),
        sa.Column('ringinuse', sa.Enum('yes', 'no', name='yesno_values')),
        sa.Column('setinterfacevar', sa.Enum('yes', 'no', name='yesno_values')),
        sa.Column('strategy', sa.Enum('ringall', 'leastrecent', 'fewestcalls', 'random', 'rrmemory',
                                      'linear', 'wrandom', name='queue_strategy_values'),
                  nullable=False, server_default='ringall'),
        sa.Column('weight', sa.SmallInteger(), nullable=False, server_default=sa.text('0')),
        sa.PrimaryKeyConstraint('name'),
    )


def downgrade():
    op.drop_table('queues')
