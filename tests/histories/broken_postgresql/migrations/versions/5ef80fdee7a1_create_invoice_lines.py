"""create invoice lines

Revision ID: 5ef80fdee7a1
Revises: d0bf9174e221
Create Date: 2024-04-29 13:27:49.475836

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '5ef80fdee7a1'
down_revision = 'd0bf9174e221'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE invoice_lines (id integer PRIMARY KEY, amount numeric(12, 2) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('invoices', 'on')")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'invoices'")
    op.execute("DROP TABLE invoice_lines")
