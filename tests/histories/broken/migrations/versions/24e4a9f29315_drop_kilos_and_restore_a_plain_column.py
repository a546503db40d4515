"""drop kilos and restore a plain column

Revision ID: 24e4a9f29315
Revises: 42ce77395aa7
Create Date: 2024-05-31 09:22:55.433730

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '24e4a9f29315'
down_revision = '42ce77395aa7'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: a generated column comes back as a plain one


def upgrade():
    op.execute("ALTER TABLE orders DROP COLUMN kilos")


def downgrade():
    op.execute("ALTER TABLE orders ADD COLUMN kilos INT DEFAULT NULL")
