"""add nickname but drop email

Revision ID: 7f286453f199
Revises: 069492a967fd
Create Date: 2024-01-29 09:01:22.095908

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7f286453f199'
down_revision = '069492a967fd'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade drops the wrong column, so that nickname is there twice on the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN nickname text")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN email")
