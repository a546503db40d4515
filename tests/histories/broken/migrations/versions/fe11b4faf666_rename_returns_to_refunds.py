"""rename returns to refunds

Revision ID: fe11b4faf666
Revises: 39c7893dbee4
Create Date: 2024-06-12 14:59:36.427447

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fe11b4faf666'
down_revision = '39c7893dbee4'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade makes a new table and leaves the renamed one, which is in the way of the second rename (1050)


def upgrade():
    op.execute("RENAME TABLE returns TO refunds")


def downgrade():
    op.execute("CREATE TABLE returns (id INT NOT NULL PRIMARY KEY)")
