"""tidy the names of customers

Revision ID: 9e374a01d8a5
Revises: a11319d9f910
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "9e374a01d8a5"
down_revision = "a11319d9f910"


def upgrade():
    op.execute("CREATE TEMPORARY TABLE tidied AS SELECT id, TRIM(name) AS name FROM customers")
    op.execute("UPDATE customers SET name = (SELECT t.name FROM tidied t WHERE t.id = customers.id)")
    op.execute("DROP TABLE tidied")


def downgrade():
    pass
