"""create subscribers

Revision ID: 0e6285b815df
Revises: c3f324452305
Create Date: 2024-01-24 15:54:06.606088

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0e6285b815df'
down_revision = 'c3f324452305'
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE subscribers (
            id INT NOT NULL PRIMARY KEY,
            phone VARCHAR(32) NOT NULL,
            CONSTRAINT ck_subscribers_phone CHECK (phone <> '')
        )
    """)
    op.execute("INSERT INTO subscribers (id, phone) VALUES (1, '+4930123456')")


def downgrade():
    op.execute("DROP TABLE subscribers")
