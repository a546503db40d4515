"""widen the note of customers

Revision ID: 254275262aee
Revises: f54d46b96553
Create Date: 2024-02-27 09:07:20.088488

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '254275262aee'
down_revision = 'f54d46b96553'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the comment is lost


def upgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN note VARCHAR(800) COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'shown to agents'")


def downgrade():
    op.execute("ALTER TABLE customers MODIFY COLUMN note VARCHAR(500) COLLATE utf8mb4_bin DEFAULT NULL")
