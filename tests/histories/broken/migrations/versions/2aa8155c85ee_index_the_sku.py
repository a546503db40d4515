"""index the sku

Revision ID: 2aa8155c85ee
Revises: 49c3c551881c
Create Date: 2024-05-07 13:43:46.714392

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2aa8155c85ee'
down_revision = '49c3c551881c'
branch_labels = None
depends_on = None

# expect: ok
# why: its index is dropped by the half of a downgrade that follows


def upgrade():
    op.execute("CREATE INDEX ix_invoice_lines_sku ON invoice_lines (sku)")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku ON invoice_lines")
