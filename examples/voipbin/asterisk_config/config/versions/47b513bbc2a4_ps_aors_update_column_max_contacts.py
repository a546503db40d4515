"""ps_aors_update_column_max_contacts

Revision ID: 47b513bbc2a4
Revises: 8166a16186a1
Create Date: 2024-04-16 13:26:42.191112

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '47b513bbc2a4'
down_revision = '8166a16186a1'
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column(
        'ps_aors', 'max_contacts',
        type_=sa.SmallInteger(), existing_type=sa.Integer(),
        server_default=sa.text('10'), nullable=False,
        comment='as many devices as a user may register', existing_comment='0 turns registration off',
    )


def downgrade():
    op.alter_column(
        'ps_aors', 'max_contacts',
        type_=sa.Integer(), existing_type=sa.SmallInteger(),
        server_default=sa.text('1'), nullable=False,
        comment='0 turns registration off', existing_comment='as many devices as a user may register',
    )
