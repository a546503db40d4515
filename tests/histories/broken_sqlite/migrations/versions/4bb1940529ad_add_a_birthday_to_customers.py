"""add a birthday to customers

Revision ID: 4bb1940529ad
Revises: 027459dda701
Create Date: 2024-02-05 10:22:29.321948

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4bb1940529ad'
down_revision = '027459dda701'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.add_column("customers", sa.Column("birthday", sa.Date()))
    op.create_index("ix_customers_birthday", "customers", ["birthday"])


def downgrade():
    op.drop_index("ix_customers_birthday", table_name="customers")
    op.drop_column("customers", "birthday")
