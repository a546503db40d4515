"""call the name of customers a title

Revision ID: a14171e878cb
Revises: 7c6c34d833b8
Create Date: 2024-02-26 10:59:21.611833

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a14171e878cb'
down_revision = '7c6c34d833b8'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the collation of name is lost


def upgrade():
    op.execute("DROP INDEX ix_customers_name")
    op.execute("ALTER TABLE customers RENAME COLUMN name TO title")
    op.execute("CREATE INDEX ix_customers_title ON customers (title)")


def downgrade():
    op.execute("DROP INDEX ix_customers_title")
    op.execute("ALTER TABLE customers RENAME COLUMN title TO name")
    op.execute("CREATE INDEX ix_customers_name ON customers (name COLLATE BINARY)")
