"""call_calls_update_index_target_number

Revision ID: bd3adeb7571f
Revises: ed53d306f6dd
Create Date: 2023-07-18 10:41:53.519223

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'bd3adeb7571f'
down_revision = 'ed53d306f6dd'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table call_calls
            drop index idx_call_calls_target_number,
            add index idx_call_calls_customer_id_target_number(customer_id, target_number, tm_create desc);
    """)


def downgrade():
    op.execute("""
        alter table call_calls
            drop index idx_call_calls_customer_id_target_number,
            add index idx_call_calls_target_number(target_number);
    """)
