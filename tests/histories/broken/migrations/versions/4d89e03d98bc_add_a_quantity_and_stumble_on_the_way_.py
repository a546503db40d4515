"""add a quantity and stumble on the way back

Revision ID: 4d89e03d98bc
Revises: 2aa8155c85ee
Create Date: 2024-05-08 16:46:21.885792

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4d89e03d98bc'
down_revision = '2aa8155c85ee'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the first two statements of the downgrade are committed when the third one fails (1091)


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN quantity INT NOT NULL DEFAULT 1")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku ON invoice_lines")
    op.execute("DELETE FROM settings WHERE name = 'invoices'")
    op.execute("ALTER TABLE invoice_lines DROP COLUMN quantiti")
