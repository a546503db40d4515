"""raise the discount

Revision ID: ec51cb5cb956
Revises: df1024214cad
Create Date: 2024-02-21 13:52:21.510287

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ec51cb5cb956'
down_revision = 'df1024214cad'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another default


def upgrade():
    op.alter_column("customers", "discount", server_default=sa.text("3"))


def downgrade():
    op.alter_column("customers", "discount", server_default=sa.text("1"))
