"""create settings with their first rows

Revision ID: d1cefc867225
Revises: 375a667407c4
Create Date: 2024-01-15 18:55:30.031057

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd1cefc867225'
down_revision = '375a667407c4'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE settings (name VARCHAR(64) NOT NULL PRIMARY KEY, value VARCHAR(255) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('currency', 'EUR'), ('vat', '19')")


def downgrade():
    op.execute("DROP TABLE settings")
