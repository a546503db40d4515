"""add a subscriber without a phone

Revision ID: c1c101d843b2
Revises: 71e35ebd2c97
Create Date: 2024-04-08 18:31:17.657541

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c1c101d843b2'
down_revision = '71e35ebd2c97'
branch_labels = None
depends_on = None

# expect: empty-downgrade
# why: rows only, nothing below; the NULL that stays would break the downgrade of "let subscribers have no phone"


def upgrade():
    op.execute("INSERT INTO subscribers (id, phone) VALUES (2, NULL) ON CONFLICT DO NOTHING")


def downgrade():
    pass
