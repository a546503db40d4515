"""create orders

Revision ID: 60255b0ac952
Revises: dd991162d33a
Create Date: 2024-01-08 17:31:49.257771

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '60255b0ac952'
down_revision = 'dd991162d33a'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE orders (
            id serial PRIMARY KEY,
            number bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000 CACHE 5),
            customer_id integer NOT NULL
                CONSTRAINT fk_orders_customer_id REFERENCES customers (id) ON DELETE CASCADE
                DEFERRABLE INITIALLY DEFERRED,
            total numeric(12, 2) NOT NULL CONSTRAINT ck_orders_total CHECK (total >= 0),
            net numeric(12, 2) GENERATED ALWAYS AS (total / 1.19) STORED,
            placed timestamp(3) NOT NULL
        )
    """)
    op.execute("CREATE INDEX ix_orders_placed ON orders (placed DESC NULLS LAST)")


def downgrade():
    op.execute("DROP TABLE orders")
