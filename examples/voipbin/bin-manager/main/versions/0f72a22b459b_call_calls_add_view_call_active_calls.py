"""call_calls_add_view_call_active_calls

Revision ID: 0f72a22b459b
Revises: 4f3cd2038ce7
Create Date: 2024-02-06 16:55:13.692817

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0f72a22b459b'
down_revision = '4f3cd2038ce7'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create view call_active_calls as
            select
                c.id,
                c.customer_id,
                cu.name as customer_name,
                c.status,
                c.direction,
                c.target_number,
                c.tm_create
            from call_calls c
            join customer_customers cu on cu.id = c.customer_id
            where c.tm_hangup is null
              and c.tm_delete is null;
    """)


def downgrade():
    op.execute("""drop view call_active_calls;""")
