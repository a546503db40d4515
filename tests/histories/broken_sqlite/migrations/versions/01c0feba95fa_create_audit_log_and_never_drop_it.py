"""create audit log and never drop it

Revision ID: 01c0feba95fa
Revises: d1cefc867225
Create Date: 2024-01-22 12:09:30.868118

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '01c0feba95fa'
down_revision = 'd1cefc867225'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: an empty downgrade under CREATE TABLE


def upgrade():
    op.execute("CREATE TABLE audit_log (id INTEGER NOT NULL PRIMARY KEY, what TEXT NOT NULL)")


def downgrade():
    pass
