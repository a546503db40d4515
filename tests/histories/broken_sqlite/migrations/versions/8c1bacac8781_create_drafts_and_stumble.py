"""create drafts and stumble

Revision ID: 8c1bacac8781
Revises: 21614dabfbca
Create Date: 2024-04-29 18:21:46.524837

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8c1bacac8781'
down_revision = '21614dabfbca'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the driver has committed the first statement when the last one fails


def upgrade():
    op.execute("CREATE TABLE drafts (id INTEGER NOT NULL PRIMARY KEY, line VARCHAR(100) NOT NULL)")
    op.execute("ALTER TABLE customers ADD COLUMN title VARCHAR(10)")


def downgrade():
    op.execute("DROP TABLE drafts")
