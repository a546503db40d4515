"""check the post code of customers

Revision ID: 53e419a74a82
Revises: 84f8bc40c4ea
Create Date: 2024-06-13 11:35:02.864417

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '53e419a74a82'
down_revision = '84f8bc40c4ea'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the domain is left, with a default


def upgrade():
    op.execute("DROP DOMAIN IF EXISTS post_code")
    op.execute("CREATE DOMAIN post_code AS text CHECK (VALUE <> '')")


def downgrade():
    op.execute("ALTER DOMAIN post_code SET DEFAULT '10115'")
