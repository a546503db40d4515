"""customer_customers_update_column_phone_number

Revision ID: 75aca205f89a
Revises: 00531d760f11
Create Date: 2024-09-03 08:02:52.525866

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '75aca205f89a'
down_revision = '00531d760f11'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table customer_customers
            modify column phone_number varchar(32) character set ascii collate ascii_general_ci
                not null default '' comment 'E.164';
    """)


def downgrade():
    op.execute("""alter table customer_customers modify column phone_number varchar(255) not null default '';""")
