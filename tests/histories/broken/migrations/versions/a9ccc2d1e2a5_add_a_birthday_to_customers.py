"""add a birthday to customers

Revision ID: a9ccc2d1e2a5
Revises: 53a8cf959075
Create Date: 2024-02-05 18:10:52.017724

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a9ccc2d1e2a5'
down_revision = '53a8cf959075'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.add_column("customers", sa.Column("birthday", sa.Date()))
    op.create_index("ix_customers_birthday", "customers", ["birthday"])


def downgrade():
    op.drop_index("ix_customers_birthday", table_name="customers")
    op.drop_column("customers", "birthday")
