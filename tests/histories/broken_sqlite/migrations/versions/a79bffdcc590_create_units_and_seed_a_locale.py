"""create units and seed a locale

Revision ID: a79bffdcc590
Revises: 2de7e176c2aa
Create Date: 2024-03-25 08:19:50.128754

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'a79bffdcc590'
down_revision = '2de7e176c2aa'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the row stays, so the second upgrade meets it


def upgrade():
    op.execute("CREATE TABLE units (code VARCHAR(10) NOT NULL PRIMARY KEY)")
    op.execute("INSERT INTO settings (name, value) VALUES ('locale', 'de_DE')")


def downgrade():
    op.execute("DROP TABLE units")
