"""let every customer have a name

Revision ID: 91579cebef4e
Revises: 11123073d691
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "91579cebef4e"
down_revision = "11123073d691"


def upgrade():
    with op.batch_alter_table("customers") as batch:  # expect: retry-fails
        batch.alter_column("name", existing_type=sa.String(100), nullable=False)


def downgrade():
    with op.batch_alter_table("customers") as batch:
        batch.alter_column("name", existing_type=sa.String(100), nullable=True)
