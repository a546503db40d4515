"""index the sku

Revision ID: 0b9d0c5b40f4
Revises: 5b3bf227f46e
Create Date: 2024-05-07 09:33:55.332009

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0b9d0c5b40f4'
down_revision = '5b3bf227f46e'
branch_labels = None
depends_on = None

# expect: ok
# why: its index is dropped by the half of a downgrade that follows


def upgrade():
    op.execute("CREATE INDEX ix_invoice_lines_sku ON invoice_lines (sku)")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku")
