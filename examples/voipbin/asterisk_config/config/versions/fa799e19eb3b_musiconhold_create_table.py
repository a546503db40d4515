"""musiconhold_create_table

Revision ID: fa799e19eb3b
Revises: 2a2b04114ca7
Create Date: 2022-08-30 12:04:47.626930

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fa799e19eb3b'
down_revision = '2a2b04114ca7'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'musiconhold',
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('mode', sa.Enum('custom', 'files', 'mp3nb', 'quietmp3', 'quietmp3nb', 'playlist',
                                  name='moh_mode_values')),
        sa.Column('directory', sa.String(255)),
        sa.Column('application', sa.String(255)),
        sa.Column('digit', sa.String(1)),
        sa.Column('sort', sa.String(10)),
        sa.PrimaryKeyConstraint('name'),
    )
    op.create_table(
        'musiconhold_entry',
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('entry', sa.String(1024), nullable=False),
        sa.PrimaryKeyConstraint('name', 'position'),
    )
    op.create_foreign_key('fk_musiconhold_entry_name_musiconhold', 'musiconhold_entry', 'musiconhold',
                          ['name'], ['name'])


def downgrade():
    op.drop_constraint('fk_musiconhold_entry_name_musiconhold', 'musiconhold_entry', type_='foreignkey')
    op.drop_table('musiconhold_entry')
    op.drop_table('musiconhold')
