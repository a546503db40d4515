"""conference_conferences_create_table

Revision ID: f2d999c7800b
Revises: 320e4fe0434b
Create Date: 2022-07-04 14:43:13.809486

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f2d999c7800b'
down_revision = '320e4fe0434b'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table conference_conferences(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,
            type            varchar(255)    not null default 'conference',

            bridge_id       varchar(255)    not null default '',

            -- info
            status          varchar(255)    not null default 'progressing',
            name            varchar(255)    not null default '',
            detail          text,
            data            json,
            timeout         int             not null default 86400 comment 'seconds',

            webhook_uri     varchar(1023)   not null default '' comment 'overrides the customer',

            recording_id    binary(16)      default null,

            -- timestamps
            tm_end          datetime(6)     default null,
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id),
            key idx_conference_conferences_customer_id(customer_id)
        ) comment 'rooms, long-lived or of one call';
    """)


def downgrade():
    op.execute("""drop table conference_conferences;""")
