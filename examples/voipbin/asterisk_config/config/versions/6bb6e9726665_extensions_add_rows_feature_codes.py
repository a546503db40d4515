"""extensions_add_rows_feature_codes

Revision ID: 6bb6e9726665
Revises: 807363746a96
Create Date: 2023-10-10 18:47:03.378093

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '6bb6e9726665'
down_revision = '807363746a96'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        INSERT INTO extensions (id, context, exten, priority, app, appdata) VALUES
            (1, 'features', '*97', 1, 'VoiceMailMain', '${CALLERID(num)}@default,s'),
            (2, 'features', '*97', 2, 'Hangup', NULL),
            (3, 'features', '*76', 1, 'Set', 'DB(dnd)={"minutes"\\:120,"announce"\\:true,"exceptions"\\:[911,112]}'),
            (4, 'features', '_*72X.', 1, 'Macro', 'forward,${EXTEN\\:3}'),
            (5, 'legacy', '_X.', 1, 'Macro', 'stdexten,${EXTEN}')
    """)


def downgrade():
    op.execute("DELETE FROM extensions WHERE id BETWEEN 1 AND 5")
