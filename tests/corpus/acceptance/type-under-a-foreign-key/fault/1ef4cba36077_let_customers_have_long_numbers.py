"""let customers have long numbers

Revision ID: 1ef4cba36077
Revises: 1c8f053d0a43
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "1ef4cba36077"
down_revision = "1c8f053d0a43"


def upgrade():
    op.execute("ALTER TABLE customers MODIFY id BIGINT NOT NULL")  # expect: upgrade-fails


def downgrade():
    op.execute("ALTER TABLE customers MODIFY id INT NOT NULL")
