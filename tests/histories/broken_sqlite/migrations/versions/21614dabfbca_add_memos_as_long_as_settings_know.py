"""add memos as long as settings know

Revision ID: 21614dabfbca
Revises: e6d1e10bcfc0
Create Date: 2024-04-22 15:47:45.404719

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '21614dabfbca'
down_revision = 'e6d1e10bcfc0'
branch_labels = None
depends_on = None

# expect: reupgrade-differs
# why: the first upgrade leaves a row that makes the second one choose another length


def upgrade():
    bind = op.get_bind()
    seen = bind.execute(sa.text("SELECT COUNT(*) FROM settings WHERE name = 'memo'")).scalar()
    op.create_table(
        "memos",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("body", sa.String(100 if seen else 50)),
    )
    op.execute("INSERT OR IGNORE INTO settings (name, value) VALUES ('memo', 'on')")


def downgrade():
    op.drop_table("memos")
