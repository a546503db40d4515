"""let no payment be negative

Revision ID: 75b0caf619ff
Revises: 2fa6fbf92e34
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "75b0caf619ff"
down_revision = "2fa6fbf92e34"


def upgrade():
    op.create_check_constraint("ck_payments_amount", "payments", "amount >= 0")  # expect: upgrade-fails


def downgrade():
    op.drop_constraint("ck_payments_amount", "payments", type_="check")
