"""close what is paid

Revision ID: 362b64974e5e
Revises: e75ce6cfdbab
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "362b64974e5e"
down_revision = "e75ce6cfdbab"


def upgrade():
    op.execute("UPDATE invoices SET status = 'closed' WHERE status = 'paid'")


def downgrade():
    pass
