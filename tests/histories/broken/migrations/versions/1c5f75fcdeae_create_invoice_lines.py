"""create invoice lines

Revision ID: 1c5f75fcdeae
Revises: 6b6bb42148cc
Create Date: 2024-04-29 17:46:00.018815

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '1c5f75fcdeae'
down_revision = '6b6bb42148cc'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE TABLE invoice_lines (id INT NOT NULL PRIMARY KEY, amount DECIMAL(12, 2) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('invoices', 'on')")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'invoices'")
    op.execute("DROP TABLE invoice_lines")
