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
    op.execute("ALTER TABLE customers RENAME COLUMN fax TO phone")


def downgrade():
    op.execute("ALTER TABLE customers RENAME COLUMN phone TO fax")
