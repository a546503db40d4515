"""add language unless it is there but drop fax

Revision ID: 53a8cf959075
Revises: 50a997f279e9
Create Date: 2024-01-31 14:52:49.766954

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '53a8cf959075'
down_revision = '50a997f279e9'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the wrong column; the upgrade looks before it adds, so it runs twice


def upgrade():
    if "language" not in [column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")]:
        op.add_column("customers", sa.Column("language", sa.String(5)))


def downgrade():
    op.drop_column("customers", "fax")
