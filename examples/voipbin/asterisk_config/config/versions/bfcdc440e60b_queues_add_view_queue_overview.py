"""queues_add_view_queue_overview

Revision ID: bfcdc440e60b
Revises: 6bb6e9726665
Create Date: 2023-12-05 12:18:03.056262

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'bfcdc440e60b'
down_revision = '6bb6e9726665'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        CREATE VIEW queue_overview AS
        SELECT q.name, q.strategy, COUNT(m.uniqueid) AS members, COALESCE(SUM(m.paused), 0) AS paused
        FROM queues q
        LEFT JOIN queue_members m ON m.queue_name = q.name
        GROUP BY q.name, q.strategy
    """)


def downgrade():
    op.execute("DROP VIEW queue_overview")
