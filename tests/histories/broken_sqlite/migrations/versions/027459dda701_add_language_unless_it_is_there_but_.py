"""add language unless it is there but drop fax

Revision ID: 027459dda701
Revises: 7a7451bff1f8
Create Date: 2024-01-31 15:18:59.568156

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '027459dda701'
down_revision = '7a7451bff1f8'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade drops the wrong column; the upgrade looks before it adds, so it runs twice


def upgrade():
    if "language" not in [column["name"] for column in sa.inspect(op.get_bind()).get_columns("customers")]:
        op.add_column("customers", sa.Column("language", sa.String(5)))


def downgrade():
    op.drop_column("customers", "fax")
