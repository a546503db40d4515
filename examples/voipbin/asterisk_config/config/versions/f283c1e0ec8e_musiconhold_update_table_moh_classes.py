"""musiconhold_update_table_moh_classes

Revision ID: f283c1e0ec8e
Revises: fa799e19eb3b
Create Date: 2022-09-13 13:38:32.257849

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f283c1e0ec8e'
down_revision = 'fa799e19eb3b'
branch_labels = None
depends_on = None


def upgrade():
    op.rename_table('musiconhold', 'moh_classes')


def downgrade():
    op.rename_table('moh_classes', 'musiconhold')
