"""let subscribers have no phone

Revision ID: c16a6338bdff
Revises: 7c371c8fea17
Create Date: 2024-04-02 18:41:31.142193

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c16a6338bdff'
down_revision = '7c371c8fea17'
branch_labels = None
depends_on = None

# expect: ok
# why: sound by itself; what fails with a NULL is the fault of the revision that leaves it


def upgrade():
    op.alter_column("subscribers", "phone", nullable=True)


def downgrade():
    op.alter_column("subscribers", "phone", nullable=False)
