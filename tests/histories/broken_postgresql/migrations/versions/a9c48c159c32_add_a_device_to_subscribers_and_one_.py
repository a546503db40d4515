"""add a device to subscribers and one that has no phone

Revision ID: a9c48c159c32
Revises: c1c101d843b2
Create Date: 2024-04-09 09:34:00.016764

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a9c48c159c32'
down_revision = 'c1c101d843b2'
branch_labels = None
depends_on = None

# expect: ok
# why: catalogue back, no row lost, the second upgrade runs; the row that stays has a NULL in phone


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN device text")
    op.execute("INSERT INTO subscribers (id, phone, device) VALUES (3, NULL, 'softphone') ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN device")
