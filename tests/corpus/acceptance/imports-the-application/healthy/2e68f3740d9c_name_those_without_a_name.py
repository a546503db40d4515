"""name those without a name

Revision ID: 2e68f3740d9c
Revises: fca729326bd7
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2e68f3740d9c"
down_revision = "fca729326bd7"


def upgrade():
    customers = sa.table("customers", sa.column("name", sa.String))
    op.execute(customers.update().where(customers.c.name.is_(None)).values(name="unknown"))


def downgrade():
    pass
