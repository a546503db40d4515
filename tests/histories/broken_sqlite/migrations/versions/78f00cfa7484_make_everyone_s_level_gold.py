"""make everyone's level gold

Revision ID: 78f00cfa7484
Revises: 0bf11d9f36df
Create Date: 2024-02-20 09:53:52.470111

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '78f00cfa7484'
down_revision = '0bf11d9f36df'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: another default


def upgrade():
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("level", existing_type=sa.String(10), existing_nullable=False, server_default="gold")


def downgrade():
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("level", existing_type=sa.String(10), existing_nullable=False, server_default="silver")
