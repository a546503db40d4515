"""create customers

Revision ID: e591b689058a
Revises: 
Create Date: 2024-01-08 09:11:35.045686

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e591b689058a'
down_revision = None
branch_labels = None
depends_on = None

# expect: ok


def upgrade():
    op.execute("""
        CREATE TABLE customers (
            id INT NOT NULL AUTO_INCREMENT,
            name VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
            email VARCHAR(200) DEFAULT NULL,
            fax VARCHAR(40) NOT NULL DEFAULT '',
            level ENUM('basic', 'gold') NOT NULL DEFAULT 'basic',
            discount DECIMAL(5, 2) NOT NULL DEFAULT '0.00' COMMENT 'percent',
            note VARCHAR(500) COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'shown to agents',
            created DATETIME(6) DEFAULT NULL,
            PRIMARY KEY (id),
            UNIQUE KEY uq_customers_email (email),
            KEY ix_customers_name (name)
        ) COMMENT 'who pays'
    """)


def downgrade():
    op.execute("DROP TABLE customers")
