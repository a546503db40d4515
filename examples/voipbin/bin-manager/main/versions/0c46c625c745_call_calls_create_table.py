"""call_calls_create_table

Revision ID: 0c46c625c745
Revises: 4a57c1b7c51b
Create Date: 2022-04-02 18:42:39.392006

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0c46c625c745'
down_revision = '4a57c1b7c51b'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table call_calls(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,

            channel_id      varchar(255)    not null default '',
            bridge_id       varchar(255)    not null default '',

            -- what runs on it
            flow_id         binary(16)      default null,
            master_call_id  binary(16)      default null,
            chained_call_ids json,
            recording_ids   json,

            -- ends
            source          json,
            destination     json,

            -- info
            status          varchar(255)    not null default 'dialing',
            direction       enum('incoming', 'outgoing') not null default 'incoming',
            data            json,
            action          json,

            hangup_by       varchar(255)    not null default '',
            hangup_reason   varchar(255)    not null default '',

            tm_progressing  datetime(6)     default null,
            tm_ringing      datetime(6)     default null,
            tm_hangup       datetime(6)     default null,

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id)
        );
    """)
    op.execute("""create index idx_call_calls_customer_id on call_calls(customer_id);""")
    op.execute("""create index idx_call_calls_channel_id on call_calls(channel_id);""")
    op.execute("""create index idx_call_calls_flow_id on call_calls(flow_id);""")
    op.execute("""create index idx_call_calls_tm_hangup on call_calls(tm_hangup);""")


def downgrade():
    op.execute("""drop table call_calls;""")
