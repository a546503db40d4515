"""number_numbers_create_table

Revision ID: 211b55e5b0d8
Revises: 0c46c625c745
Create Date: 2022-04-19 16:31:07.608780

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '211b55e5b0d8'
down_revision = '0c46c625c745'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table number_numbers(
            -- identity
            id                      binary(16)      not null,
            customer_id             binary(16)      not null,

            number                  varchar(255)    not null,
            call_flow_id            binary(16)      default null,
            message_flow_id         binary(16)      default null,

            name                    varchar(255)    not null default '',
            detail                  text,

            provider_name           varchar(255)    not null default '',
            provider_reference_id   varchar(255)    not null default '',

            status                  enum('active', 'suspended', 'released') not null default 'active',
            t38_enabled             tinyint(1)      not null default 0,
            emergency_enabled       tinyint(1)      not null default 0,
            monthly_fee             decimal(10, 4)  not null default '0.0000',

            tm_purchase             datetime(6)     default null,
            tm_renew                datetime(6)     default null,

            -- timestamps
            tm_create               datetime(6)     default null,
            tm_update               datetime(6)     default null,
            tm_delete               datetime(6)     default null,

            primary key(id),
            constraint fk_number_numbers_customer_id
                foreign key(customer_id) references customer_customers(id)
        );
    """)
    op.execute("""create index idx_number_numbers_number on number_numbers(number);""")
    op.execute("""create index idx_number_numbers_tm_renew on number_numbers(tm_renew, status);""")


def downgrade():
    op.execute("""drop table number_numbers;""")
