"""lengthen the city of customers

Revision ID: b446c7419475
Revises: abf98386dd24
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "b446c7419475"
down_revision = "abf98386dd24"


def upgrade():
    op.alter_column("customers", "city", existing_type=sa.String(40), type_=sa.String(200))


def downgrade():
    op.execute("UPDATE customers SET city = LEFT(city, 10)")  # expect: rows-differ
    op.alter_column("customers", "city", existing_type=sa.String(200), type_=sa.String(40))
