"""add a newsletter on the other branch

Revision ID: b3763f368130
Revises: e5e8b243d3b2
Create Date: 2024-06-25 08:49:50.789608

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'b3763f368130'
down_revision = 'e5e8b243d3b2'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE newsletters (id INT NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL)")


def downgrade():
    op.execute("DROP TABLE newsletters")
