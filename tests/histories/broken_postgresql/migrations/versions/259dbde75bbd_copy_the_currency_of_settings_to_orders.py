"""copy the currency of settings to orders

Revision ID: 259dbde75bbd
Revises: f090012fbeeb
Create Date: 2024-04-16 09:44:57.526692

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '259dbde75bbd'
down_revision = 'f090012fbeeb'
branch_labels = None
depends_on = None

# expect: ok
# why: needs the row that the revision below deletes on its way down


def upgrade():
    bind = op.get_bind()
    currency = bind.execute(sa.text("SELECT value FROM settings WHERE name = 'currency'")).scalar()
    if currency is None:
        raise RuntimeError("settings has no currency")
    op.add_column("orders", sa.Column("currency", sa.CHAR(3), nullable=False, server_default=currency))


def downgrade():
    op.drop_column("orders", "currency")
