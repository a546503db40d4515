"""add a carrier to subscribers

Revision ID: be062df681dc
Revises: e83d144c4f6e
Create Date: 2024-04-03 17:41:34.402331

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'be062df681dc'
down_revision = 'e83d144c4f6e'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN carrier VARCHAR(50) DEFAULT '' NOT NULL")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN carrier")
