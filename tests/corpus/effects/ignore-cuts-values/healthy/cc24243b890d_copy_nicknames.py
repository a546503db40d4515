"""copy nicknames

Revision ID: cc24243b890d
Revises: c24db10d7ee0
Create Date: 2026-01-02 09:00:00.000000

"""
import sqlalchemy as sa
from alembic import op

revision = "cc24243b890d"
down_revision = "c24db10d7ee0"


def upgrade():
    op.create_table(
        "nicknames",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("nickname", sa.String(100)),
        if_not_exists=True,
    )
    op.execute("INSERT IGNORE INTO nicknames (id, nickname) SELECT id, name FROM customers")


def downgrade():
    op.drop_table("nicknames")
