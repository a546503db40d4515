"""write the names of customers large

Revision ID: ad50f3fbcc44
Revises: 9e374a01d8a5
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ad50f3fbcc44"
down_revision = "9e374a01d8a5"


def upgrade():
    op.execute("CREATE TEMPORARY TABLE tidied AS SELECT id, UPPER(name) AS name FROM customers")  # expect: oneshot-fails
    op.execute("UPDATE customers SET name = (SELECT t.name FROM tidied t WHERE t.id = customers.id)")


def downgrade():
    pass
