"""write down who did it in the audit log

Revision ID: 7abd58f6c082
Revises: 686ad717ee10
Create Date: 2024-03-12 15:00:35.489082

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7abd58f6c082'
down_revision = '686ad717ee10'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE audit_log ADD COLUMN who text DEFAULT '' NOT NULL")


def downgrade():
    op.execute("ALTER TABLE audit_log DROP COLUMN who")
