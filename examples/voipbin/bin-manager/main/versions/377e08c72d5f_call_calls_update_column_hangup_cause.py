"""call_calls_update_column_hangup_cause

Revision ID: 377e08c72d5f
Revises: f8559049fb5a
Create Date: 2023-01-17 11:35:53.418327

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '377e08c72d5f'
down_revision = 'f8559049fb5a'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""alter table call_calls rename column hangup_reason to hangup_cause;""")


def downgrade():
    op.execute("""alter table call_calls rename column hangup_cause to hangup_reason;""")
