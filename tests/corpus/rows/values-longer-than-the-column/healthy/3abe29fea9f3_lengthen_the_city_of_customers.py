"""lengthen the city of customers

Revision ID: 3abe29fea9f3
Revises: 05d3ae3a13f7
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "3abe29fea9f3"
down_revision = "05d3ae3a13f7"


def upgrade():
    op.alter_column("customers", "city", existing_type=sa.String(200), type_=sa.String(240))


def downgrade():
    op.alter_column("customers", "city", existing_type=sa.String(240), type_=sa.String(200))
