"""drop the archive

Revision ID: e69e474a4649
Revises: 0d8d4a285330
Create Date: 2024-02-13 14:44:36.243755

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e69e474a4649'
down_revision = '0d8d4a285330'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the downgrade makes the table again without its index


def upgrade():
    op.execute("DROP TABLE archive")


def downgrade():
    op.execute("""
        CREATE TABLE archive (
            id INT NOT NULL PRIMARY KEY,
            year SMALLINT NOT NULL,
            body MEDIUMTEXT
        )
    """)
