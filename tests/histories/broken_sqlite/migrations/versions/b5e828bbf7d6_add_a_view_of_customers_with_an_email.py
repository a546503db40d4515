"""add a view of customers with an email

Revision ID: b5e828bbf7d6
Revises: caafaa059202
Create Date: 2024-05-20 12:10:09.580081

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b5e828bbf7d6'
down_revision = 'caafaa059202'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE VIEW reachable AS SELECT id, email FROM customers WHERE email IS NOT NULL")


def downgrade():
    op.execute("DROP VIEW reachable")
