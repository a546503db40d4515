"""create an archive

Revision ID: 0d8d4a285330
Revises: 4684277088cc
Create Date: 2024-02-12 15:28:58.600600

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0d8d4a285330'
down_revision = '4684277088cc'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE archive (
            id INT NOT NULL PRIMARY KEY,
            year SMALLINT NOT NULL,
            body MEDIUMTEXT,
            KEY ix_archive_year (year)
        )
    """)


def downgrade():
    op.execute("DROP TABLE archive")
