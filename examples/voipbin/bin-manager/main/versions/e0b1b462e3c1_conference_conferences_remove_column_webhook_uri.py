"""conference_conferences_remove_column_webhook_uri

Revision ID: e0b1b462e3c1
Revises: bd3adeb7571f
Create Date: 2023-09-05 12:36:24.772031

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e0b1b462e3c1'
down_revision = 'bd3adeb7571f'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""alter table conference_conferences drop column webhook_uri;""")


def downgrade():
    op.execute("""
        alter table conference_conferences
            add column webhook_uri varchar(1023) not null default '' comment 'overrides the customer'
            after post_flow_id;
    """)
