"""extensions_remove_rows_macro

Revision ID: 8a095a4cc0d3
Revises: 47b513bbc2a4
Create Date: 2024-07-02 13:27:17.209565

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '8a095a4cc0d3'
down_revision = '47b513bbc2a4'
branch_labels = None
depends_on = None

irreversible = 'app_macro is gone from Asterisk 21: its dial plan rows could not run any more'


def upgrade():
    op.execute("DELETE FROM extensions WHERE app = 'Macro'")


def downgrade():
    pass
