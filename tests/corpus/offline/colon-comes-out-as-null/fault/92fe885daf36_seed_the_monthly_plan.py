"""seed the monthly plan

Revision ID: 92fe885daf36
Revises: 8c610e76cab6
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "92fe885daf36"
down_revision = "8c610e76cab6"


from alembic import context

MONTHLY = "INSERT INTO plans (id, period) VALUES (901, '{\"days\":28}')"


def upgrade():
    if context.is_offline_mode():
        op.execute(MONTHLY)  # expect: offline-differs
    else:
        op.get_bind().exec_driver_sql(MONTHLY)


def downgrade():
    op.execute("DELETE FROM plans WHERE id = 901")
