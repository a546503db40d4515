"""add a device to subscribers and one that has no phone

Revision ID: 4434f9ac0fed
Revises: 8dc5e1f056f6
Create Date: 2024-04-09 17:52:16.029957

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '4434f9ac0fed'
down_revision = '8dc5e1f056f6'
branch_labels = None
depends_on = None

# expect: ok
# why: catalogue back, no row lost, the second upgrade runs; the row that stays has a NULL in phone


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN device VARCHAR(50) DEFAULT NULL")
    op.execute("INSERT IGNORE INTO subscribers (id, phone, device) VALUES (3, NULL, 'softphone')")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN device")
