"""store the weight of orders

Revision ID: 42ce77395aa7
Revises: da5a33f91265
Create Date: 2024-05-30 13:12:25.498909

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '42ce77395aa7'
down_revision = 'da5a33f91265'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN grams INT DEFAULT NULL, ADD COLUMN kilos INT GENERATED ALWAYS AS (grams DIV 1000) VIRTUAL")


def downgrade():
    op.execute("ALTER TABLE orders DROP COLUMN kilos, DROP COLUMN grams")
