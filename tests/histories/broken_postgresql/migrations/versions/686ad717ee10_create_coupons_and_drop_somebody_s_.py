"""create coupons and drop somebody's table too

Revision ID: 686ad717ee10
Revises: d33651612277
Create Date: 2024-03-11 15:05:34.912321

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '686ad717ee10'
down_revision = 'd33651612277'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the table of another revision (no row is in it)


def upgrade():
    op.execute("CREATE TABLE coupons (code text PRIMARY KEY, percent smallint NOT NULL)")


def downgrade():
    op.execute("DROP TABLE coupons")
    op.execute("DROP TABLE audit_log")
