"""add nickname but drop fax

Revision ID: 7a7451bff1f8
Revises: 23c7f7b20beb
Create Date: 2024-01-29 13:28:54.556739

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '7a7451bff1f8'
down_revision = '23c7f7b20beb'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade drops the wrong column, so that nickname is there twice on the second upgrade


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN nickname VARCHAR(50)")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN fax")
