"""conference_conferences_add_column_pre_flow_id_post_flow_id

Revision ID: 86f0c9600aa8
Revises: f2d999c7800b
Create Date: 2022-07-11 16:03:48.995625

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '86f0c9600aa8'
down_revision = 'f2d999c7800b'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table conference_conferences
            add column pre_flow_id  binary(16) default null after timeout,
            add column post_flow_id binary(16) default null after pre_flow_id;
    """)


def downgrade():
    op.execute("""
        alter table conference_conferences
            drop column post_flow_id,
            drop column pre_flow_id;
    """)
