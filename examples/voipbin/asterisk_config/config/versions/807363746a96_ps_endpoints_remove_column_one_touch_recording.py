"""ps_endpoints_remove_column_one_touch_recording

Revision ID: 807363746a96
Revises: 644666cd4b48
Create Date: 2023-08-22 11:12:29.091116

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '807363746a96'
down_revision = '644666cd4b48'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column('ps_endpoints', 'one_touch_recording')


def downgrade():
    # op.add_column can only append
    op.execute(
        "ALTER TABLE ps_endpoints ADD COLUMN one_touch_recording ENUM('yes', 'no') "
        "COMMENT 'needs features.conf' AFTER pickup_group"
    )
