"""say that email is for everything

Revision ID: 2cce987afd78
Revises: e96086ffdc18
Create Date: 2024-02-28 14:25:26.343686

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2cce987afd78'
down_revision = 'e96086ffdc18'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the comment is lost


def upgrade():
    op.execute("COMMENT ON COLUMN customers.email IS 'where everything goes'")


def downgrade():
    op.execute("COMMENT ON COLUMN customers.email IS NULL")
