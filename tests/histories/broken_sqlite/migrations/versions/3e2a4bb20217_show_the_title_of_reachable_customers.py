"""show the title of reachable customers

Revision ID: 3e2a4bb20217
Revises: b5e828bbf7d6
Create Date: 2024-05-21 08:49:58.769307

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '3e2a4bb20217'
down_revision = 'b5e828bbf7d6'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the view comes back with another condition


def upgrade():
    op.execute("DROP VIEW reachable")
    op.execute("CREATE VIEW reachable AS SELECT id, title, email FROM customers WHERE email IS NOT NULL")


def downgrade():
    op.execute("DROP VIEW reachable")
    op.execute("CREATE VIEW reachable AS SELECT id, email FROM customers")
