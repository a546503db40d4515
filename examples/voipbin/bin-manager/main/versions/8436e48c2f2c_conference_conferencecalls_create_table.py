"""conference_conferencecalls_create_table

Revision ID: 8436e48c2f2c
Revises: 86f0c9600aa8
Create Date: 2022-07-12 10:10:39.968623

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8436e48c2f2c'
down_revision = '86f0c9600aa8'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table conference_conferencecalls(
            id              binary(16)      not null,
            customer_id     binary(16)      not null,
            conference_id   binary(16)      not null,
            call_id         binary(16)      not null,

            status          varchar(255)    not null default 'joining',

            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id),
            unique key uq_conference_conferencecalls_call(conference_id, call_id),
            key idx_conference_conferencecalls_call_id(call_id),
            constraint fk_conference_conferencecalls_conference_id
                foreign key(conference_id) references conference_conferences(id) on delete cascade,
            constraint fk_conference_conferencecalls_call_id
                foreign key(call_id) references call_calls(id) on delete cascade
        );
    """)


def downgrade():
    op.execute("""drop table conference_conferencecalls;""")
