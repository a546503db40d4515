"""billing_accounts_add_constraint_balance

Revision ID: 00531d760f11
Revises: 848a917990d4
Create Date: 2024-06-11 17:14:23.287089

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '00531d760f11'
down_revision = '848a917990d4'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table billing_accounts
            add constraint chk_billing_accounts_balance check (balance >= -credit_limit),
            add constraint chk_billing_accounts_credit_limit check (credit_limit >= 0);
    """)


def downgrade():
    op.execute("""
        alter table billing_accounts
            drop constraint chk_billing_accounts_credit_limit,
            drop constraint chk_billing_accounts_balance;
    """)
