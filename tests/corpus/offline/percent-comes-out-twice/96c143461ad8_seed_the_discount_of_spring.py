"""seed the discount of spring

Revision ID: 96c143461ad8
Revises: f487e64a90ca
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "96c143461ad8"
down_revision = "f487e64a90ca"


def upgrade():
    op.execute("INSERT INTO discounts (id, label) VALUES (901, '20% off')")  # expect: offline-differs


def downgrade():
    op.execute("DELETE FROM discounts WHERE id = 901")
