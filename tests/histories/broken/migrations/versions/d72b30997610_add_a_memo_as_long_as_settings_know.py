"""add a memo as long as settings know

Revision ID: d72b30997610
Revises: 8e6c0ff45f3b
Create Date: 2024-04-22 11:06:43.512341

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd72b30997610'
down_revision = '8e6c0ff45f3b'
branch_labels = None
depends_on = None

# expect: reupgrade-differs
# why: the first upgrade leaves a row that makes the second one choose another length


def upgrade():
    bind = op.get_bind()
    seen = bind.execute(sa.text("SELECT COUNT(*) FROM settings WHERE name = 'memo'")).scalar()
    length = 100 if seen else 50
    op.execute(f"ALTER TABLE orders ADD COLUMN memo VARCHAR({length}) DEFAULT NULL")
    op.execute("INSERT IGNORE INTO settings (name, value) VALUES ('memo', 'on')")


def downgrade():
    op.execute("ALTER TABLE orders DROP COLUMN memo")
