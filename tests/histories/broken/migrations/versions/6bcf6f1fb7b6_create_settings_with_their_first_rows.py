"""create settings with their first rows

Revision ID: 6bcf6f1fb7b6
Revises: c1b1119e7735
Create Date: 2024-01-15 17:06:27.789079

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6bcf6f1fb7b6'
down_revision = 'c1b1119e7735'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE settings (name VARCHAR(64) NOT NULL PRIMARY KEY, value VARCHAR(255) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('currency', 'EUR'), ('vat', '19')")


def downgrade():
    op.execute("DROP TABLE settings")
