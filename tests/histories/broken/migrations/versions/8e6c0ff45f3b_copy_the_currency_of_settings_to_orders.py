"""copy the currency of settings to orders

Revision ID: 8e6c0ff45f3b
Revises: fe8a1bcad50b
Create Date: 2024-04-16 14:29:45.372865

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8e6c0ff45f3b'
down_revision = 'fe8a1bcad50b'
branch_labels = None
depends_on = None

# expect: ok
# why: needs the row that the revision below deletes on its way down


def upgrade():
    bind = op.get_bind()
    currency = bind.execute(sa.text("SELECT value FROM settings WHERE name = 'currency'")).scalar()
    if currency is None:
        raise RuntimeError("settings has no currency")
    op.execute(f"ALTER TABLE orders ADD COLUMN currency CHAR(3) NOT NULL DEFAULT '{currency}' AFTER net")


def downgrade():
    op.execute("ALTER TABLE orders DROP COLUMN currency")
