"""create scopes unless they are there

Revision ID: 780a48fda85c
Revises: ea3f279e7912
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "780a48fda85c"
down_revision = "ea3f279e7912"


def upgrade():
    op.create_table("scopes", sa.Column("name", sa.String(50), primary_key=True), if_not_exists=True)


def downgrade():
    op.drop_table("scopes")
