"""copy the currency of settings to a table

Revision ID: e6d1e10bcfc0
Revises: 0c0f3e0d27cd
Create Date: 2024-04-16 13:32:00.488142

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e6d1e10bcfc0'
down_revision = '0c0f3e0d27cd'
branch_labels = None
depends_on = None

# expect: ok
# why: needs the row that the revision below deletes on its way down


def upgrade():
    bind = op.get_bind()
    currency = bind.execute(sa.text("SELECT value FROM settings WHERE name = 'currency'")).scalar()
    if currency is None:
        raise RuntimeError("settings has no currency")
    op.execute(f"CREATE TABLE prices (id INTEGER NOT NULL PRIMARY KEY, currency CHAR(3) DEFAULT '{currency}' NOT NULL)")


def downgrade():
    op.execute("DROP TABLE prices")
