"""add a device to subscribers and one that has no phone

Revision ID: fe07ffb59670
Revises: 35a78dac83ca
Create Date: 2024-04-09 17:35:08.202311

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fe07ffb59670'
down_revision = '35a78dac83ca'
branch_labels = None
depends_on = None

# expect: ok
# why: catalogue back, no row lost, the second upgrade runs; the row that stays has a NULL in phone


def upgrade():
    op.execute("ALTER TABLE subscribers ADD COLUMN device VARCHAR(50)")
    op.execute("INSERT OR IGNORE INTO subscribers (id, phone, device) VALUES (3, NULL, 'softphone')")


def downgrade():
    op.execute("ALTER TABLE subscribers DROP COLUMN device")
