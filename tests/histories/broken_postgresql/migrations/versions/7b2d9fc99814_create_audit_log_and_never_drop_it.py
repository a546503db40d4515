"""create audit log and never drop it

Revision ID: 7b2d9fc99814
Revises: a85d27b24546
Create Date: 2024-01-22 18:16:11.781545

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7b2d9fc99814'
down_revision = 'a85d27b24546'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: an empty downgrade under CREATE TABLE


def upgrade():
    op.execute("CREATE TABLE audit_log (id bigserial PRIMARY KEY, what text NOT NULL)")


def downgrade():
    pass
