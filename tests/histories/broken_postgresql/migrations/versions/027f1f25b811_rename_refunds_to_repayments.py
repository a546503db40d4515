"""rename refunds to repayments

Revision ID: 027f1f25b811
Revises: cf329221e6ab
Create Date: 2024-06-17 09:55:01.548605

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '027f1f25b811'
down_revision = 'cf329221e6ab'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade makes a new table and leaves the renamed one, which is in the way of the second rename


def upgrade():
    op.execute("ALTER TABLE refunds RENAME TO repayments")


def downgrade():
    op.execute("CREATE TABLE refunds (id integer CONSTRAINT pk_refunds PRIMARY KEY)")
