"""add nickname but drop email

Revision ID: 50a997f279e9
Revises: 0e6285b815df
Create Date: 2024-01-29 18:13:07.260067

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '50a997f279e9'
down_revision = '0e6285b815df'
branch_labels = None
depends_on = None

# expect: reupgrade-fails
# why: the downgrade drops the wrong column, so that nickname is there twice on the second upgrade (1060)


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN nickname VARCHAR(50) DEFAULT NULL")


def downgrade():
    op.execute("ALTER TABLE customers DROP COLUMN email")
