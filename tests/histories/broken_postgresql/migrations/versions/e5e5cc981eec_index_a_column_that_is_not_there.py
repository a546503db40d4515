"""index a column that is not there

Revision ID: e5e5cc981eec
Revises: 398fd8caf505
Create Date: 2024-07-02 18:26:46.333027

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e5e5cc981eec'
down_revision = '398fd8caf505'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the only statement fails


def upgrade():
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent")
