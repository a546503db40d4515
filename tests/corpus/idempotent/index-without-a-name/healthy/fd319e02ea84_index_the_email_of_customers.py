"""index the email of customers

Revision ID: fd319e02ea84
Revises: 47af4c4bf4ec
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "fd319e02ea84"
down_revision = "47af4c4bf4ec"


def upgrade():
    indexes = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("customers")}
    if "ix_customers_email" not in indexes:
        op.create_index("ix_customers_email", "customers", ["email"])


def downgrade():
    op.drop_index("ix_customers_email", "customers")
