"""tell customers apart by a uuid

Revision ID: ed4555350f47
Revises: 0e85efa11db9
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ed4555350f47"
down_revision = "0e85efa11db9"


def upgrade():
    op.alter_column(
        "customers",
        "id",
        existing_type=sa.Integer,
        existing_nullable=False,
        type_=sa.String(36),
        postgresql_using="CAST(id AS VARCHAR(36))",
    )


def downgrade():
    op.alter_column(
        "customers",
        "id",
        existing_type=sa.String(36),
        existing_nullable=False,
        type_=sa.Integer,
        postgresql_using="CAST(id AS INTEGER)",
    )
