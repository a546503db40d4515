"""make the sku unique

Revision ID: e1500c77a12f
Revises: 627b54388f0c
Create Date: 2024-05-14 10:07:27.319917

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e1500c77a12f'
down_revision = '627b54388f0c'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("CREATE UNIQUE INDEX uq_invoice_lines_sku ON invoice_lines (sku)")
    op.execute("INSERT INTO invoice_lines (id, amount, sku) VALUES (1, 1, 'A')")


def downgrade():
    op.execute("DELETE FROM invoice_lines WHERE id = 1")
    op.execute("DROP INDEX uq_invoice_lines_sku")
