"""add a sku to invoice lines and restore nothing

Revision ID: 5b3bf227f46e
Revises: 2d1f25942b19
Create Date: 2024-05-06 17:13:05.932877

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5b3bf227f46e'
down_revision = '2d1f25942b19'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: broken, and judged although an earlier revision cannot be applied; an empty downgrade


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN sku VARCHAR(40)")


def downgrade():
    """Nothing to do."""
