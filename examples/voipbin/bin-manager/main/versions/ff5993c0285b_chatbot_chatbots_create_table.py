"""chatbot_chatbots_create_table

Revision ID: ff5993c0285b
Revises: 9aa1109314c0
Create Date: 2022-07-20 17:10:11.852570

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ff5993c0285b'
down_revision = '9aa1109314c0'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table chatbot_chatbots(
            -- identity
            id              binary(16)      not null,
            customer_id     binary(16)      not null,

            name            varchar(255)    not null default '',
            detail          text,
            engine_type     varchar(255)    not null default '',
            init_prompt     text,
            credential      varchar(255)    character set ascii collate ascii_bin not null default '',

            -- timestamps
            tm_create       datetime(6)     default null,
            tm_update       datetime(6)     default null,
            tm_delete       datetime(6)     default null,

            primary key(id)
        );
    """)
    op.execute("""create index idx_chatbot_chatbots_customer_id on chatbot_chatbots(customer_id);""")
    op.execute("""create fulltext index ft_chatbot_chatbots_name on chatbot_chatbots(name);""")


def downgrade():
    op.execute("""drop table chatbot_chatbots;""")
