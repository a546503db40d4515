"""create customers

Revision ID: 984aacdb9960
Revises: 
Create Date: 2024-01-08 10:41:06.729092

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '984aacdb9960'
down_revision = None
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE customers (
            id INTEGER NOT NULL PRIMARY KEY,
            name VARCHAR(100) NOT NULL COLLATE NOCASE,
            email VARCHAR(200),
            fax VARCHAR(40) DEFAULT '' NOT NULL
        )
    """)
    op.execute("CREATE UNIQUE INDEX uq_customers_email ON customers (email)")
    op.execute("CREATE INDEX ix_customers_name ON customers (name)")


def downgrade():
    op.execute("DROP TABLE customers")
