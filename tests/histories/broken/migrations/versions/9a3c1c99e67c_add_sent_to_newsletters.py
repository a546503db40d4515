"""add sent to newsletters

Revision ID: 9a3c1c99e67c
Revises: 5d452992ad01
Create Date: 2024-07-03 18:21:17.043787

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9a3c1c99e67c'
down_revision = '5d452992ad01'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE newsletters ADD COLUMN sent DATETIME DEFAULT NULL")
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent ON newsletters")
    op.execute("ALTER TABLE newsletters DROP COLUMN sent")
