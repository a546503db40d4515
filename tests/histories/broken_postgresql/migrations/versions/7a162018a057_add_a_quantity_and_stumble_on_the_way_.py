"""add a quantity and stumble on the way back

Revision ID: 7a162018a057
Revises: 5542d4236afa
Create Date: 2024-05-08 08:44:11.898698

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7a162018a057'
down_revision = '5542d4236afa'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the block is committed when the statement after it fails


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN quantity integer DEFAULT 1 NOT NULL")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY ix_invoice_lines_sku")
        op.execute("DELETE FROM settings WHERE name = 'invoices'")
    op.execute("ALTER TABLE invoice_lines DROP COLUMN quantiti")
