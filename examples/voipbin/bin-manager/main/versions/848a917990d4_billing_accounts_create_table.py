"""billing_accounts_create_table

Revision ID: 848a917990d4
Revises: c3b8051dbd1c
Create Date: 2024-05-28 11:56:44.662411

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '848a917990d4'
down_revision = 'c3b8051dbd1c'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table billing_accounts(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,

            balance         decimal(20, 6)  not null default '0.000000',
            credit_limit    decimal(20, 6)  not null default '0.000000',
            payment_type    set('prepaid', 'invoice', 'card') not null default 'prepaid',

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id),
            unique key uq_billing_accounts_customer_id(customer_id),
            constraint fk_billing_accounts_customer_id
                foreign key(customer_id) references customer_customers(id)
        );
    """)


def downgrade():
    op.execute("""drop table billing_accounts;""")
