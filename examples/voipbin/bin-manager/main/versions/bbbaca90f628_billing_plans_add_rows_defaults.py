"""billing_plans_add_rows_defaults

Revision ID: bbbaca90f628
Revises: eebc429943da
Create Date: 2022-10-03 17:12:12.614532

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'bbbaca90f628'
down_revision = 'eebc429943da'
branch_labels = None
depends_on = None


def upgrade():
    # a colon before a word is a bind parameter to op.execute, hence the backslashes
    op.execute("""
        insert into billing_plans(id, name, monthly_fee, allowance) values
            (
                unhex(replace('0f1c9a3e-42f5-11ed-9f0e-67a1f3e6a6f5', '-', '')),
                'free', 0,
                '{"days"\\:28,"call_seconds"\\:3600,"sms"\\:50,"overage"\\:null}'
            ),
            (
                unhex(replace('0f47c1d2-42f5-11ed-a5c3-8b1d0d1b7c42', '-', '')),
                'team', 49.9,
                '{"days"\\:30,"call_seconds"\\:180000,"sms"\\:5000,"overage"\\:{"per_minute"\\:0.012}}'
            );
    """)


def downgrade():
    op.execute("""
        delete from billing_plans
        where id in (
            unhex(replace('0f1c9a3e-42f5-11ed-9f0e-67a1f3e6a6f5', '-', '')),
            unhex(replace('0f47c1d2-42f5-11ed-a5c3-8b1d0d1b7c42', '-', ''))
        );
    """)
