"""add a memo as long as settings know

Revision ID: ea1148531d1b
Revises: 259dbde75bbd
Create Date: 2024-04-22 12:48:14.259839

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ea1148531d1b'
down_revision = '259dbde75bbd'
branch_labels = None
depends_on = None

# expect: reupgrade-differs
# why: the first upgrade leaves a row that makes the second one choose another length


def upgrade():
    bind = op.get_bind()
    seen = bind.execute(sa.text("SELECT count(*) FROM settings WHERE name = 'memo'")).scalar()
    op.add_column("orders", sa.Column("memo", sa.String(100 if seen else 50)))
    op.execute("INSERT INTO settings (name, value) VALUES ('memo', 'on') ON CONFLICT DO NOTHING")


def downgrade():
    op.drop_column("orders", "memo")
