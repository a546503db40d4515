"""agent_agents_create_table

Revision ID: 4a57c1b7c51b
Revises: eceda993714e
Create Date: 2022-03-21 10:48:26.368029

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4a57c1b7c51b'
down_revision = 'eceda993714e'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table agent_agents(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,

            username        varchar(255)    not null,
            password_hash   varchar(255)    not null default '',

            name            varchar(255)    not null default '',
            detail          text,

            ring_method     varchar(255)    not null default 'ringall',
            status          varchar(255)    not null default 'offline',
            permission      bigint unsigned not null default 0,
            addresses       json,

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id),
            unique key uq_agent_agents_username(username),
            key idx_agent_agents_customer_id(customer_id),
            constraint fk_agent_agents_customer_id
                foreign key(customer_id) references customer_customers(id)
        );
    """)


def downgrade():
    op.execute("""drop table agent_agents;""")
