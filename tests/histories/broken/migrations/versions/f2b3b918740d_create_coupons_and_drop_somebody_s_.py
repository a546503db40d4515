"""create coupons and drop somebody's table too

Revision ID: f2b3b918740d
Revises: d5b414f48e7f
Create Date: 2024-03-11 08:35:35.817412

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f2b3b918740d'
down_revision = 'd5b414f48e7f'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the table of another revision (no row is in it)


def upgrade():
    op.execute("CREATE TABLE coupons (code VARCHAR(20) NOT NULL PRIMARY KEY, percent TINYINT NOT NULL)")


def downgrade():
    op.execute("DROP TABLE coupons")
    op.execute("DROP TABLE audit_log")
