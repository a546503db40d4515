"""add a birthday to customers

Revision ID: ddb467240421
Revises: 0d37ea876c48
Create Date: 2024-02-05 12:13:49.227666

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ddb467240421'
down_revision = '0d37ea876c48'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.add_column("customers", sa.Column("birthday", sa.Date()))
    op.create_index("ix_customers_birthday", "customers", ["birthday"])


def downgrade():
    op.drop_index("ix_customers_birthday", table_name="customers")
    op.drop_column("customers", "birthday")
