"""customer_customers_add_column_billing_plan_id

Revision ID: f8559049fb5a
Revises: bbbaca90f628
Create Date: 2022-10-05 12:27:43.372780

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f8559049fb5a'
down_revision = 'bbbaca90f628'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""alter table customer_customers add column billing_plan_id binary(16) default null after settings;""")

    # everyone begins on the free plan
    op.execute("""
        update customer_customers
        set billing_plan_id = (select id from billing_plans where name = 'free')
        where billing_plan_id is null;
    """)

    op.execute("""alter table customer_customers modify column billing_plan_id binary(16) not null;""")
    op.execute("""create index idx_customer_customers_billing_plan_id on customer_customers(billing_plan_id);""")
    op.execute("""
        alter table customer_customers
            add constraint fk_customer_customers_billing_plan_id
            foreign key(billing_plan_id) references billing_plans(id);
    """)


def downgrade():
    op.execute("""alter table customer_customers drop foreign key fk_customer_customers_billing_plan_id;""")
    op.execute("""drop index idx_customer_customers_billing_plan_id on customer_customers;""")
    op.execute("""alter table customer_customers drop column billing_plan_id;""")
