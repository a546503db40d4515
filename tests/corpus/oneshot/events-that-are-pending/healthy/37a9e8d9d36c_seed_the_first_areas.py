"""seed the first areas

Revision ID: 37a9e8d9d36c
Revises: 6c149d12542e
Create Date: 2026-01-03 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "37a9e8d9d36c"
down_revision = "6c149d12542e"


def upgrade():
    op.execute("INSERT INTO areas (id, parent_id) VALUES (901, 900), (900, NULL)")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def downgrade():
    op.execute("DELETE FROM areas WHERE id IN (900, 901)")
