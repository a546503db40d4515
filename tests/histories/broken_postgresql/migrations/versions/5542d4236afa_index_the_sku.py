"""index the sku

Revision ID: 5542d4236afa
Revises: 6b3f703d61ca
Create Date: 2024-05-07 18:37:38.926677

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5542d4236afa'
down_revision = '6b3f703d61ca'
branch_labels = None
depends_on = None

# expect: ok
# why: its index is dropped by the half of a downgrade that follows


def upgrade():
    op.execute("CREATE INDEX ix_invoice_lines_sku ON invoice_lines (sku)")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku")
