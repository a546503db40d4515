"""let subscribers have no phone

Revision ID: 1bcd7cbe1fcf
Revises: 2abbb2cf2562
Create Date: 2024-04-02 13:23:36.142175

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '1bcd7cbe1fcf'
down_revision = '2abbb2cf2562'
branch_labels = None
depends_on = None

# expect: ok
# why: sound by itself; what fails with a NULL is the fault of the revision that leaves it


def upgrade():
    op.execute("ALTER TABLE subscribers MODIFY COLUMN phone VARCHAR(32) DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE subscribers MODIFY COLUMN phone VARCHAR(32) NOT NULL")
