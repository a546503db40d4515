"""extensions_create_table

Revision ID: 024fd4ca4e8c
Revises: 0b4daa59b703
Create Date: 2022-01-20 08:01:25.715748

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '024fd4ca4e8c'
down_revision = '0b4daa59b703'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'extensions',
        sa.Column('id', sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column('context', sa.String(40), nullable=False),
        sa.Column('exten', sa.String(40), nullable=False),
        sa.Column('priority', sa.Integer(), nullable=False),
        sa.Column('app', sa.String(40), nullable=False),
        sa.Column('appdata', sa.String(256)),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('context', 'exten', 'priority', name='extensions_uq'),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )


def downgrade():
    op.drop_table('extensions')
