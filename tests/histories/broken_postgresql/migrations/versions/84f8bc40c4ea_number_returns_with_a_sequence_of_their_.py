"""number returns with a sequence of their own

Revision ID: 84f8bc40c4ea
Revises: 41aee211c871
Create Date: 2024-06-12 13:43:57.417313

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '84f8bc40c4ea'
down_revision = '41aee211c871'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the sequence is left behind


def upgrade():
    op.execute("CREATE SEQUENCE IF NOT EXISTS return_numbers AS integer START WITH 100")
    op.execute("CREATE TABLE returns (id integer PRIMARY KEY, number integer DEFAULT nextval('return_numbers') NOT NULL)")


def downgrade():
    op.execute("DROP TABLE returns")
