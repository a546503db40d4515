"""see visits to the second

Revision ID: 21e64707dd79
Revises: 860fda2a3705
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "21e64707dd79"
down_revision = "860fda2a3705"


def upgrade():
    on_mysql = op.get_context().dialect.name != "postgresql"
    op.execute(  # expect: data-lost
        "ALTER TABLE visits MODIFY seen DATETIME(0)"
        if on_mysql
        else "ALTER TABLE visits ALTER COLUMN seen TYPE TIMESTAMP(0)"
    )


def downgrade():
    on_mysql = op.get_context().dialect.name != "postgresql"
    op.execute(
        "ALTER TABLE visits MODIFY seen DATETIME(6)"
        if on_mysql
        else "ALTER TABLE visits ALTER COLUMN seen TYPE TIMESTAMP(6)"
    )
