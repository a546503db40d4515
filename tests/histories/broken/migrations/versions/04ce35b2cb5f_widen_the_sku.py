"""widen the sku

Revision ID: 04ce35b2cb5f
Revises: 4d89e03d98bc
Create Date: 2024-05-13 11:10:41.319093

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '04ce35b2cb5f'
down_revision = '4d89e03d98bc'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE invoice_lines MODIFY COLUMN sku VARCHAR(60) DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE invoice_lines MODIFY COLUMN sku VARCHAR(40) DEFAULT NULL")
