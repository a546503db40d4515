"""call_calls_add_column_duration_sec_target_number

Revision ID: 67f0c1475b3c
Revises: f2d42fd4a0ca
Create Date: 2023-05-22 11:27:27.562249

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '67f0c1475b3c'
down_revision = 'f2d42fd4a0ca'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table call_calls
            add column duration_sec int
                generated always as (timestampdiff(second, tm_progressing, tm_hangup)) virtual
                after tm_hangup,
            add column target_number varchar(64)
                generated always as (json_unquote(json_extract(destination, '$.target'))) stored
                after duration_sec;
    """)
    op.execute("""create index idx_call_calls_target_number on call_calls(target_number);""")


def downgrade():
    op.execute("""drop index idx_call_calls_target_number on call_calls;""")
    op.execute("""
        alter table call_calls
            drop column target_number,
            drop column duration_sec;
    """)
