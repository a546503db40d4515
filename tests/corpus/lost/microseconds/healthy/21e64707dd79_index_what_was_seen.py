"""index what was seen

Revision ID: 21e64707dd79
Revises: 860fda2a3705
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "21e64707dd79"
down_revision = "860fda2a3705"


def upgrade():
    op.create_index("ix_visits_seen", "visits", ["seen"])


def downgrade():
    op.drop_index("ix_visits_seen", "visits")
