"""create coupons and drop somebody's table too

Revision ID: d92d674c6958
Revises: b6e6211a99e4
Create Date: 2024-03-11 09:40:30.911883

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd92d674c6958'
down_revision = 'b6e6211a99e4'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the table of another revision (no row is in it)


def upgrade():
    op.execute("CREATE TABLE coupons (code VARCHAR(20) NOT NULL PRIMARY KEY, percent SMALLINT NOT NULL)")


def downgrade():
    op.execute("DROP TABLE coupons")
    op.execute("DROP TABLE audit_log")
