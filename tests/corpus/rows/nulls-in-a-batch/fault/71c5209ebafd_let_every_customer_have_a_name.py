"""let every customer have a name

Revision ID: 71c5209ebafd
Revises: de9f58cff6ad
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "71c5209ebafd"
down_revision = "de9f58cff6ad"


def upgrade():
    op.execute("BEGIN")
    with op.batch_alter_table("customers") as batch:  # expect: upgrade-fails
        batch.alter_column("name", existing_type=sa.String(100), nullable=False)


def downgrade():
    op.execute("BEGIN")
    with op.batch_alter_table("customers") as batch:
        batch.alter_column("name", existing_type=sa.String(100), nullable=True)
