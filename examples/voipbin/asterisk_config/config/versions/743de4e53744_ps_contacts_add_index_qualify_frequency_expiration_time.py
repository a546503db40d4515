"""ps_contacts_add_index_qualify_frequency_expiration_time

Revision ID: 743de4e53744
Revises: f283c1e0ec8e
Create Date: 2022-11-22 16:48:14.839585

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '743de4e53744'
down_revision = 'f283c1e0ec8e'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ps_contacts_qualifyfreq_exptime', 'ps_contacts', ['qualify_frequency', 'expiration_time'])


def downgrade():
    op.drop_index('ps_contacts_qualifyfreq_exptime', table_name='ps_contacts')
