"""create visits with a kind

Revision ID: bc0b8a84d436
Revises: 32d2fba7fb72
Create Date: 2024-02-13 10:53:48.824039

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'bc0b8a84d436'
down_revision = '32d2fba7fb72'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the enum type is left behind and in the way of the second upgrade


def upgrade():
    op.execute("CREATE TYPE visit_kind AS ENUM ('first', 'repeat')")
    op.execute("CREATE TABLE visits (id integer PRIMARY KEY, kind visit_kind NOT NULL)")


def downgrade():
    op.execute("DROP TABLE visits")
