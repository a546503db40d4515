"""create shipments

Revision ID: 8ed6b469d94a
Revises: 4ff455c6f459
Create Date: 2024-05-27 08:20:49.585397

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8ed6b469d94a'
down_revision = '4ff455c6f459'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE shipments (
            id INTEGER NOT NULL PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
            parcels INTEGER NOT NULL CHECK (parcels > 0),
            grams INTEGER,
            kilos INTEGER GENERATED ALWAYS AS (grams / 1000) VIRTUAL
        )
    """)


def downgrade():
    op.execute("DROP TABLE shipments")
