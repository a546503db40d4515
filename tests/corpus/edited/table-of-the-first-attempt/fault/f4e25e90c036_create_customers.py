"""create customers

Revision ID: f4e25e90c036
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "f4e25e90c036"
down_revision = None


def upgrade():
    op.create_table(  # expect: edited-retry-fails
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(100)),
    )
    op.execute("CREATE INDEX ix_customers_email ON customers (email)")


def downgrade():
    op.drop_table("customers")
