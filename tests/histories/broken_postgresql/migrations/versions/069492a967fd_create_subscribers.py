"""create subscribers

Revision ID: 069492a967fd
Revises: 7b2d9fc99814
Create Date: 2024-01-24 14:46:55.590135

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '069492a967fd'
down_revision = '7b2d9fc99814'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE subscribers (id integer PRIMARY KEY, phone text NOT NULL)")
    op.execute("INSERT INTO subscribers (id, phone) VALUES (1, '+4930123456')")


def downgrade():
    op.execute("DROP TABLE subscribers")
