"""add a weight and stumble on the way back

Revision ID: 271f5652cf4b
Revises: 7a162018a057
Create Date: 2024-05-09 09:13:13.877505

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '271f5652cf4b'
down_revision = '7a162018a057'
branch_labels = None
depends_on = None

# expect: downgrade-fails
# why: nothing of it is committed, and the revision still cannot be taken back


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN grams integer")


def downgrade():
    op.execute("DROP INDEX ix_invoice_lines_sku")
    op.execute("ALTER TABLE invoice_lines DROP COLUMN gramms")
