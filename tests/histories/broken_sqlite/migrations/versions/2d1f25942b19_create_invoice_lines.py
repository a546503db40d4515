"""create invoice lines

Revision ID: 2d1f25942b19
Revises: 8c1bacac8781
Create Date: 2024-04-29 16:26:33.581834

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2d1f25942b19'
down_revision = '8c1bacac8781'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE invoice_lines (id INTEGER NOT NULL PRIMARY KEY, amount NUMERIC(12, 2) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('invoices', 'on')")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'invoices'")
    op.execute("DROP TABLE invoice_lines")
