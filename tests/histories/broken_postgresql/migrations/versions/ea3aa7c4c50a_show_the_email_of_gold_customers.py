"""show the email of gold customers

Revision ID: ea3aa7c4c50a
Revises: 5e97051e7fa2
Create Date: 2024-05-21 18:31:28.398246

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ea3aa7c4c50a'
down_revision = '5e97051e7fa2'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the view comes back with another condition


def upgrade():
    op.execute("DROP VIEW gold")
    op.execute("CREATE VIEW gold AS SELECT id, name, email FROM customers WHERE level = 'gold'")


def downgrade():
    op.execute("DROP VIEW gold")
    op.execute("CREATE VIEW gold AS SELECT id, name FROM customers")
