"""call_calls_add_procedure_call_close_stale

Revision ID: c3b8051dbd1c
Revises: 0f72a22b459b
Create Date: 2024-03-12 15:52:11.105704

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c3b8051dbd1c'
down_revision = '0f72a22b459b'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        create procedure call_close_stale(in p_hours int)
            comment 'hangs up what the media servers forgot'
        begin
            declare v_before datetime(6);
            set v_before = now(6) - interval p_hours hour;
            update call_calls
            set status = 'hangup',
                hangup_by = 'system',
                hangup_cause = 'stale',
                tm_hangup = now(6)
            where tm_hangup is null
              and tm_create < v_before;
        end
    """)


def downgrade():
    op.execute("""drop procedure call_close_stale;""")
