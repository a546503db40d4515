"""create drafts and stumble

Revision ID: d0bf9174e221
Revises: ea1148531d1b
Create Date: 2024-04-29 10:32:41.196323

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'd0bf9174e221'
down_revision = 'ea1148531d1b'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the block is committed when the statement after it fails


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE TABLE drafts (id integer PRIMARY KEY, line text NOT NULL)")
        op.execute("INSERT INTO settings (name, value) VALUES ('drafts', 'on')")
    op.execute("ALTER TABLE customers ADD COLUMN name text")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'drafts'")
    op.execute("DROP TABLE drafts")
