"""create former customers

Revision ID: ab04068c0c7c
Revises: 63f698cb54da
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "ab04068c0c7c"
down_revision = "63f698cb54da"


def upgrade():
    op.create_table("former_customers", sa.Column("customer_id", sa.Integer), if_not_exists=True)


def downgrade():
    op.drop_table("former_customers")
