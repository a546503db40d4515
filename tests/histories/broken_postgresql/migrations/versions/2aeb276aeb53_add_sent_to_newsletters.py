"""add sent to newsletters

Revision ID: 2aeb276aeb53
Revises: e5e5cc981eec
Create Date: 2024-07-03 15:13:03.818383

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2aeb276aeb53'
down_revision = 'e5e5cc981eec'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE newsletters ADD COLUMN sent timestamptz")
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent")
    op.execute("ALTER TABLE newsletters DROP COLUMN sent")
