"""keep reports in a schema of their own

Revision ID: 49e1b76ee5f1
Revises: 027f1f25b811
Create Date: 2024-06-18 14:45:52.614163

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '49e1b76ee5f1'
down_revision = '027f1f25b811'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the schema is left behind


def upgrade():
    op.execute("CREATE SCHEMA IF NOT EXISTS reports")
    op.execute("CREATE TABLE reports.daily (day date PRIMARY KEY, orders integer NOT NULL)")


def downgrade():
    op.execute("DROP TABLE reports.daily")
