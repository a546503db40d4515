"""index a column that is not there

Revision ID: 5d452992ad01
Revises: 4eb507e8247f
Create Date: 2024-07-02 18:26:16.229310

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5d452992ad01'
down_revision = '4eb507e8247f'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the only statement fails (1072)


def upgrade():
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent ON newsletters")
