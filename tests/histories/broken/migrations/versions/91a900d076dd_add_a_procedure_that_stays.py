"""add a procedure that stays

Revision ID: 91a900d076dd
Revises: 0ac8a280317a
Create Date: 2024-06-10 17:26:32.612259

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '91a900d076dd'
down_revision = '0ac8a280317a'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the procedure is left behind


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN paid DECIMAL(12, 2) NOT NULL DEFAULT '0.00'")
    op.execute("DROP PROCEDURE IF EXISTS settle")
    op.execute("CREATE PROCEDURE settle(IN p_id INT) UPDATE orders SET paid = total WHERE id = p_id")


def downgrade():
    op.execute("ALTER TABLE orders DROP COLUMN paid")
