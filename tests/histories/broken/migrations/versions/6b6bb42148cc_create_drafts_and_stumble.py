"""create drafts and stumble

Revision ID: 6b6bb42148cc
Revises: d72b30997610
Create Date: 2024-04-29 09:39:22.450252

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6b6bb42148cc'
down_revision = 'd72b30997610'
branch_labels = None
depends_on = None

# expect: upgrade-fails
# why: the first statements are committed when the last one fails (1060)


def upgrade():
    op.execute("CREATE TABLE drafts (id INT NOT NULL PRIMARY KEY, line VARCHAR(100) NOT NULL)")
    op.execute("INSERT INTO settings (name, value) VALUES ('drafts', 'on')")
    op.execute("ALTER TABLE customers ADD COLUMN name VARCHAR(10) DEFAULT NULL")


def downgrade():
    op.execute("DELETE FROM settings WHERE name = 'drafts'")
    op.execute("DROP TABLE drafts")
