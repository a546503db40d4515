"""ps_contacts_add_column_uri_host_is_secure

Revision ID: 2acc1f0122a5
Revises: 743de4e53744
Create Date: 2023-02-07 15:06:35.481481

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2acc1f0122a5'
down_revision = '743de4e53744'
branch_labels = None
depends_on = None


def upgrade():
    # MySQL takes NOT NULL after STORED, MariaDB does not: both columns may be NULL
    op.add_column('ps_contacts', sa.Column(
        'uri_host', sa.String(255),
        sa.Computed("substring_index(substring_index(uri, '@', -1), ':', 1)", persisted=True),
    ))
    op.add_column('ps_contacts', sa.Column(
        'is_secure', sa.Boolean(), sa.Computed("uri like 'sips%'", persisted=False),
    ))
    op.create_index('ps_contacts_uri_host', 'ps_contacts', ['uri_host'])


def downgrade():
    op.drop_index('ps_contacts_uri_host', table_name='ps_contacts')
    op.drop_column('ps_contacts', 'is_secure')
    op.drop_column('ps_contacts', 'uri_host')
