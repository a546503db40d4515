"""call the fax of customers a phone

Revision ID: cabf20e89bc7
Revises: 6fe949327a2d
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cabf20e89bc7"
down_revision = "6fe949327a2d"


def upgrade():
    op.add_column("customers", sa.Column("phone", sa.String(100)))
    op.drop_column("customers", "fax")  # expect: destroys


def downgrade():
    op.add_column("customers", sa.Column("fax", sa.String(100)))
    op.drop_column("customers", "phone")
