"""make the email of customers unique

Revision ID: df7790a9d966
Revises: a171c1d60da8
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "df7790a9d966"
down_revision = "a171c1d60da8"


def upgrade():
    op.create_index("ix_customers_email", "customers", ["email"], unique=True)  # expect: upgrade-fails


def downgrade():
    op.drop_index("ix_customers_email", "customers")
