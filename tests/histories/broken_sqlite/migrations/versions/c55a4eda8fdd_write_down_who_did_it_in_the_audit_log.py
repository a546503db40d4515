"""write down who did it in the audit log

Revision ID: c55a4eda8fdd
Revises: d92d674c6958
Create Date: 2024-03-12 15:38:42.107816

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c55a4eda8fdd'
down_revision = 'd92d674c6958'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE audit_log ADD COLUMN who VARCHAR(100) DEFAULT '' NOT NULL")


def downgrade():
    op.execute("ALTER TABLE audit_log DROP COLUMN who")
