"""guard the view of gold customers

Revision ID: 037b310551be
Revises: ea3aa7c4c50a
Create Date: 2024-05-22 17:35:09.070895

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '037b310551be'
down_revision = 'ea3aa7c4c50a'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the view's option is left


def upgrade():
    op.execute("ALTER VIEW gold SET (security_barrier = true)")


def downgrade():
    op.execute("COMMENT ON VIEW gold IS NULL")
