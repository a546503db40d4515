"""flow_flows_create_table

Revision ID: 9aa1109314c0
Revises: 320e4fe0434b
Create Date: 2022-07-05 09:23:23.386234

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9aa1109314c0'
down_revision = '320e4fe0434b'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table flow_flows(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,
            type            varchar(255)    not null default 'flow',

            name            varchar(255)    not null default '',
            detail          text,
            actions         json,

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id),
            key idx_flow_flows_customer_id(customer_id)
        );
    """)


def downgrade():
    op.execute("""drop table flow_flows;""")
