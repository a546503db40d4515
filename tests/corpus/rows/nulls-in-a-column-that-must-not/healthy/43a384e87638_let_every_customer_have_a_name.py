"""let every customer have a name

Revision ID: 43a384e87638
Revises: 020a74fddd31
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "43a384e87638"
down_revision = "020a74fddd31"


def upgrade():
    op.execute("UPDATE customers SET name = '' WHERE name IS NULL")
    op.alter_column("customers", "name", existing_type=sa.String(100), nullable=False)


def downgrade():
    op.alter_column("customers", "name", existing_type=sa.String(100), nullable=True)
