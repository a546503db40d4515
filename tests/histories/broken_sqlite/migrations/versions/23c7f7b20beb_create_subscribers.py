"""create subscribers

Revision ID: 23c7f7b20beb
Revises: 01c0feba95fa
Create Date: 2024-01-24 17:19:25.960458

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '23c7f7b20beb'
down_revision = '01c0feba95fa'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute('CREATE TABLE "subscribers" (id INTEGER NOT NULL PRIMARY KEY, phone VARCHAR(32) NOT NULL)')
    op.execute("INSERT INTO subscribers (id, phone) VALUES (1, '+4930123456')")


def downgrade():
    op.execute("DROP TABLE subscribers")
