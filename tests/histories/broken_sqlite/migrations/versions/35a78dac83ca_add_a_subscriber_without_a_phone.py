"""add a subscriber without a phone

Revision ID: 35a78dac83ca
Revises: be062df681dc
Create Date: 2024-04-08 09:53:19.538870

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '35a78dac83ca'
down_revision = 'be062df681dc'
branch_labels = None
depends_on = None

# expect: empty-downgrade
# why: rows only, nothing below; the NULL that stays would break the downgrade of "let subscribers have no phone"


def upgrade():
    op.execute("INSERT OR IGNORE INTO subscribers (id, phone) VALUES (2, NULL)")


def downgrade():
    pass
