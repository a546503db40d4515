"""let placed be unknown

Revision ID: d5df23146af5
Revises: 25fe6dc0cd70
Create Date: 2024-02-26 09:33:37.033051

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd5df23146af5'
down_revision = '25fe6dc0cd70'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: NOT NULL is not restored


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN placed DROP NOT NULL, ALTER COLUMN placed SET DEFAULT now()")


def downgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN placed DROP DEFAULT")
