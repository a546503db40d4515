"""create tickets with a priority

Revision ID: 32d2fba7fb72
Revises: afaa5332e387
Create Date: 2024-02-12 10:31:53.538806

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '32d2fba7fb72'
down_revision = 'afaa5332e387'
branch_labels = None
depends_on = None

# expect: schema-differs
# why: the enum type is left behind; checkfirst hides it from the second upgrade
priority = postgresql.ENUM("low", "high", name="ticket_priority", create_type=False)


def upgrade():
    priority.create(op.get_bind(), checkfirst=True)
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("priority", priority, nullable=False),
    )


def downgrade():
    op.drop_table("tickets")
