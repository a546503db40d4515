"""billing_plans_create_table

Revision ID: eebc429943da
Revises: 86a2207ebcc4
Create Date: 2022-10-03 13:22:33.354591

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'eebc429943da'
down_revision = '86a2207ebcc4'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create table billing_plans(
            id              binary(16)      not null,
            name            varchar(255)    not null,
            currency        char(3)         character set ascii collate ascii_general_ci not null default 'USD',
            monthly_fee     decimal(10, 4)  not null default '0.0000',
            allowance       json,

            tm_create       datetime(6)     not null default current_timestamp(6),
            tm_update       datetime(6)     not null default current_timestamp(6) on update current_timestamp(6),
            tm_delete       datetime(6)     default null,

            primary key(id),
            unique key uq_billing_plans_name(name)
        );
    """)


def downgrade():
    op.execute("""drop table billing_plans;""")
