"""add a sku to invoice lines and restore nothing

Revision ID: 6b3f703d61ca
Revises: 5ef80fdee7a1
Create Date: 2024-05-06 11:57:10.316630

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6b3f703d61ca'
down_revision = '5ef80fdee7a1'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: broken, and judged although an earlier revision cannot be applied; an empty downgrade


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN sku text")


def downgrade():
    """Nothing to do."""
