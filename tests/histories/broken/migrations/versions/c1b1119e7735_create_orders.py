"""create orders

Revision ID: c1b1119e7735
Revises: e591b689058a
Create Date: 2024-01-08 16:21:29.059540

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c1b1119e7735'
down_revision = 'e591b689058a'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE orders (
            id INT NOT NULL AUTO_INCREMENT,
            customer_id INT NOT NULL,
            total DECIMAL(12, 2) NOT NULL,
            net DECIMAL(12, 2) GENERATED ALWAYS AS (total / 1.19) STORED,
            placed DATETIME NOT NULL,
            PRIMARY KEY (id),
            KEY ix_orders_customer_id (customer_id),
            KEY ix_orders_placed (placed),
            CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
            CONSTRAINT ck_orders_total CHECK (total >= 0)
        )
    """)


def downgrade():
    op.execute("DROP TABLE orders")
