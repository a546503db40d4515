"""let placed be unknown

Revision ID: 7c6c34d833b8
Revises: 78f00cfa7484
Create Date: 2024-02-21 12:44:32.989145

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7c6c34d833b8'
down_revision = '78f00cfa7484'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: NOT NULL is not restored


def upgrade():
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("placed", existing_type=sa.DateTime(), type_=sa.Date(), nullable=True)


def downgrade():
    with op.batch_alter_table("orders") as batch:
        batch.alter_column("placed", existing_type=sa.Date(), type_=sa.DateTime())
