"""customer_customers_update_column_password_hash

Revision ID: 4f3cd2038ce7
Revises: e0b1b462e3c1
Create Date: 2023-11-14 15:06:09.112748

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4f3cd2038ce7'
down_revision = 'e0b1b462e3c1'
branch_labels = None
depends_on = None

irreversible = "the MD5 hashes are overwritten and kept nowhere: their owners set a new password"


def upgrade():
    op.execute("""update customer_customers set password_hash = '' where password_hash like '$1$%';""")
    op.execute("""update agent_agents set password_hash = '' where password_hash like '$1$%';""")


def downgrade():
    pass
