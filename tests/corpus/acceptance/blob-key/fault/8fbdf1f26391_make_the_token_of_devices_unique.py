"""make the token of devices unique

Revision ID: 8fbdf1f26391
Revises: 75e81c2c017a
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "8fbdf1f26391"
down_revision = "75e81c2c017a"


def upgrade():
    op.create_unique_constraint("uq_devices_token", "devices", ["token"])  # expect: upgrade-fails@mysql


def downgrade():
    op.drop_constraint("uq_devices_token", "devices", type_="unique")
