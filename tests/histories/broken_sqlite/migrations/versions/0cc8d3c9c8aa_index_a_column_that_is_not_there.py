"""index a column that is not there

Revision ID: 0cc8d3c9c8aa
Revises: cc880cd861c7
Create Date: 2024-07-02 10:51:00.117599

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0cc8d3c9c8aa'
down_revision = 'cc880cd861c7'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the only statement fails


def upgrade():
    op.execute("CREATE INDEX ix_newsletters_sent ON newsletters (sent)")


def downgrade():
    op.execute("DROP INDEX ix_newsletters_sent")
