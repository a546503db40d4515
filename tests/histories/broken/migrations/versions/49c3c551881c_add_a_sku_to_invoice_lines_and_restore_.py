"""add a sku to invoice lines and restore nothing

Revision ID: 49c3c551881c
Revises: 1c5f75fcdeae
Create Date: 2024-05-06 09:48:55.697759

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '49c3c551881c'
down_revision = '1c5f75fcdeae'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: broken, and judged although an earlier revision cannot be applied; an empty downgrade


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN sku VARCHAR(40) DEFAULT NULL")


def downgrade():
    """Nothing to do."""
