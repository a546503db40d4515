"""copy mailboxes

Revision ID: 8bffcc115dfa
Revises: 595d28049694
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "8bffcc115dfa"
down_revision = "595d28049694"


def upgrade():
    op.create_table("mailboxes", sa.Column("email", sa.String(100), primary_key=True), if_not_exists=True)
    op.execute(  # expect: value-changed
        "INSERT IGNORE INTO mailboxes (email) SELECT email FROM customers WHERE email IS NOT NULL"
    )


def downgrade():
    op.drop_table("mailboxes")
