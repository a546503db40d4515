"""call_calls_update_enum_direction

Revision ID: ed53d306f6dd
Revises: 67f0c1475b3c
Create Date: 2023-06-30 14:57:36.898472

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ed53d306f6dd'
down_revision = '67f0c1475b3c'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        alter table call_calls
            modify column direction enum('incoming', 'outgoing', 'internal') not null default 'incoming';
    """)


def downgrade():
    # strict mode refuses to shorten the list while a row holds the last value
    op.execute("""update call_calls set direction = 'outgoing' where direction = 'internal';""")
    op.execute("""
        alter table call_calls
            modify column direction enum('incoming', 'outgoing') not null default 'incoming';
    """)
