"""add a quantity and stumble on the way back

Revision ID: caafaa059202
Revises: 0b9d0c5b40f4
Create Date: 2024-05-08 09:00:42.886020

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'caafaa059202'
down_revision = '0b9d0c5b40f4'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: the driver has committed the first statement of the downgrade when the last one fails


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN quantity INTEGER DEFAULT 1 NOT NULL")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku")
    op.execute("ALTER TABLE invoice_lines DROP COLUMN quantiti")
