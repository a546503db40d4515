"""create audit log and never drop it

Revision ID: c3f324452305
Revises: 6bcf6f1fb7b6
Create Date: 2024-01-22 12:25:59.921566

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c3f324452305'
down_revision = '6bcf6f1fb7b6'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: an empty downgrade under CREATE TABLE


def upgrade():
    op.execute("CREATE TABLE audit_log (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, what TEXT NOT NULL)")


def downgrade():
    pass
