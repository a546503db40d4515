"""write down who did it in the audit log

Revision ID: ddf86c865e85
Revises: f2b3b918740d
Create Date: 2024-03-12 15:09:04.645483

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ddf86c865e85'
down_revision = 'f2b3b918740d'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE audit_log ADD COLUMN who VARCHAR(100) NOT NULL DEFAULT '' AFTER id")


def downgrade():
    op.execute("ALTER TABLE audit_log DROP COLUMN who")
