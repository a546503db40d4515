"""seed the monthly plan

Revision ID: 1bc7f82ab506
Revises: a999dd509f8c
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1bc7f82ab506"
down_revision = "a999dd509f8c"


def upgrade():
    op.execute("INSERT INTO plans (id, period) VALUES (901, '{\"days\"\\:28}')")


def downgrade():
    op.execute("DELETE FROM plans WHERE id = 901")
