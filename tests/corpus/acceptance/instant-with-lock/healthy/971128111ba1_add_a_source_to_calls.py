"""add a source to calls

Revision ID: 971128111ba1
Revises: 4fad55923186
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "971128111ba1"
down_revision = "4fad55923186"


def upgrade():
    op.execute("ALTER TABLE calls ADD COLUMN source VARCHAR(40), ALGORITHM=INSTANT")


def downgrade():
    op.drop_column("calls", "source")
