"""index twins concurrently

Revision ID: 627b54388f0c
Revises: 271f5652cf4b
Create Date: 2024-05-13 12:26:09.174663

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '627b54388f0c'
down_revision = '271f5652cf4b'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: two rows are equal; the failed build leaves an invalid index behind


def upgrade():
    op.execute("INSERT INTO coupons (code, percent) VALUES ('spring', 10), ('summer', 10)")
    with op.get_context().autocommit_block():
        op.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_coupons_percent ON coupons (percent)")


def downgrade():
    op.execute("DROP INDEX uq_coupons_percent")
    op.execute("DELETE FROM coupons")
