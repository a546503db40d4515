"""date invoice lines with a trigger

Revision ID: 4ff455c6f459
Revises: 3e2a4bb20217
Create Date: 2024-05-22 15:29:53.886218

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4ff455c6f459'
down_revision = '3e2a4bb20217'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the trigger is left behind


def upgrade():
    op.execute("ALTER TABLE invoice_lines ADD COLUMN changed DATETIME")
    op.execute("""
        CREATE TRIGGER IF NOT EXISTS trg_audit_log_trim AFTER INSERT ON audit_log
        BEGIN
            DELETE FROM audit_log WHERE id < NEW.id - 1000;
        END
    """)


def downgrade():
    op.execute("ALTER TABLE invoice_lines DROP COLUMN changed")
