"""raise the prices

Revision ID: 2126c1148e83
Revises: edf5e5158eec
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "2126c1148e83"
down_revision = "edf5e5158eec"


def upgrade():
    op.execute("UPDATE products SET price = price / 2 + 100")  # expect: rerun-differs


def downgrade():
    op.execute("UPDATE products SET price = (price - 100) * 2")
