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
    on_mysql = op.get_context().dialect.name != "postgresql"
    op.execute(  # expect: rerun-differs
        "ALTER TABLE customers ADD INDEX (email)" if on_mysql else "CREATE INDEX ON customers (email)"
    )


def downgrade():
    op.drop_index("email" if op.get_context().dialect.name != "postgresql" else "customers_email_idx", "customers")
