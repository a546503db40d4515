"""widen the name of customers

Revision ID: e96086ffdc18
Revises: d5df23146af5
Create Date: 2024-02-27 12:37:23.029877

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e96086ffdc18'
down_revision = 'd5df23146af5'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the column's collation is lost


def upgrade():
    op.execute('ALTER TABLE customers ALTER COLUMN name TYPE varchar(150) COLLATE "C"')


def downgrade():
    op.execute('ALTER TABLE customers ALTER COLUMN name TYPE varchar(100)')
