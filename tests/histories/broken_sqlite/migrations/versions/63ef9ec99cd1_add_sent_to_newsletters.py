"""add sent to newsletters

Revision ID: 63ef9ec99cd1
Revises: 0cc8d3c9c8aa
Create Date: 2024-07-03 17:41:35.768551

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '63ef9ec99cd1'
down_revision = '0cc8d3c9c8aa'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE newsletters ADD COLUMN sent DATETIME")
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent")
    op.execute("ALTER TABLE newsletters DROP COLUMN sent")
