"""customer_customers_add_rows_system

Revision ID: eceda993714e
Revises: 9098ccfa5601
Create Date: 2022-03-08 08:58:11.337326

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'eceda993714e'
down_revision = '9098ccfa5601'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        insert into customer_customers(
            id,
            username,
            password_hash,
            name,
            detail,
            email,
            webhook_method,
            settings,
            tm_create
        ) values (
            unhex(replace('5e4a0680-804e-11ec-8477-2fea5968d85b', '-', '')),
            'system',
            '$1$kq2a8f1z$5Vd0Rz6nq3pYy2zQe1gG50',
            'System',
            'owner of what belongs to no customer',
            'noc@voipbin.example',
            'POST',
            '{"retention_days"\\:28,"record_calls"\\:false,"codecs"\\:["opus","PCMU"]}',
            now(6)
        );
    """)


def downgrade():
    op.execute("""
        delete from customer_customers
        where id = unhex(replace('5e4a0680-804e-11ec-8477-2fea5968d85b', '-', ''));
    """)
