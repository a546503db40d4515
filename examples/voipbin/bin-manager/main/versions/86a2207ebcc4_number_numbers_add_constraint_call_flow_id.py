"""number_numbers_add_constraint_call_flow_id

Revision ID: 86a2207ebcc4
Revises: b0095558d1ec
Create Date: 2022-08-16 11:59:33.101446

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '86a2207ebcc4'
down_revision = 'b0095558d1ec'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""create index idx_number_numbers_call_flow_id on number_numbers(call_flow_id);""")
    op.execute("""
        alter table number_numbers
            add constraint fk_number_numbers_call_flow_id
            foreign key(call_flow_id) references flow_flows(id) on delete set null;
    """)


def downgrade():
    # the key first: the server keeps an index that a foreign key needs
    op.execute("""alter table number_numbers drop foreign key fk_number_numbers_call_flow_id;""")
    op.execute("""drop index idx_number_numbers_call_flow_id on number_numbers;""")
