"""let the carrier keep shipments

Revision ID: 0694a0bdffb6
Revises: 8ed6b469d94a
Create Date: 2024-05-28 14:51:48.683391

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0694a0bdffb6'
down_revision = '8ed6b469d94a'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: foreign key, check and generated column come back otherwise


def upgrade():
    op.execute("DROP TABLE shipments")


def downgrade():
    op.execute("""
        CREATE TABLE shipments (
            id INTEGER NOT NULL PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id),
            parcels INTEGER NOT NULL CHECK (parcels >= 0),
            grams INTEGER,
            kilos INTEGER
        )
    """)
