"""customer_customers_create_table

Revision ID: 9098ccfa5601
Revises: 
Create Date: 2022-03-08 10:43:40.146556

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9098ccfa5601'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table customer_customers(
            -- identity
            id              binary(16)      not null,
            username        varchar(255)    not null,
            password_hash   varchar(255)    not null default '',

            -- info
            name            varchar(255)    not null default '',
            detail          text,
            email           varchar(255)    not null default '' comment 'invoices go here',
            phone_number    varchar(255)    not null default '',

            webhook_method  varchar(16)     not null default 'POST',
            webhook_uri     varchar(1023)   not null default '',

            settings        json,

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id)
        );
    """)
    op.execute("""create unique index uq_customer_customers_username on customer_customers(username);""")
    op.execute("""create index idx_customer_customers_tm_delete on customer_customers(tm_delete);""")


def downgrade():
    op.execute("""drop table customer_customers;""")
