"""call_calls_add_column_groupcall_id

Revision ID: 320e4fe0434b
Revises: 211b55e5b0d8
Create Date: 2022-06-14 10:53:16.416993

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '320e4fe0434b'
down_revision = '211b55e5b0d8'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""alter table call_calls add column groupcall_id binary(16) default null after recording_ids;""")
    op.execute("""create index idx_call_calls_groupcall_id on call_calls(groupcall_id);""")


def downgrade():
    op.execute("""drop index idx_call_calls_groupcall_id on call_calls;""")
    op.execute("""alter table call_calls drop column groupcall_id;""")
