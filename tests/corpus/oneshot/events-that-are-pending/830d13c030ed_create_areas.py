"""create areas

Revision ID: 830d13c030ed
Revises:
Create Date: 2026-01-01 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "830d13c030ed"
down_revision = None


def upgrade():
    op.execute("""
        CREATE TABLE areas (
            id INTEGER PRIMARY KEY,
            parent_id INTEGER CONSTRAINT fk_areas_parent REFERENCES areas (id) DEFERRABLE INITIALLY DEFERRED
        )
    """)


def downgrade():
    op.drop_table("areas")
