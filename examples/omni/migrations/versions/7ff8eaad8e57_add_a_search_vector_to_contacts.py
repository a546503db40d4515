"""add a search vector to contacts

Revision ID: 7ff8eaad8e57
Revises: f958ba30ac20
Create Date: 2024-04-08 14:18:09.917100

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = '7ff8eaad8e57'
down_revision: Union[str, Sequence[str], None] = 'f958ba30ac20'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column(
        "search", postgresql.TSVECTOR(),
        sa.Computed(
            "to_tsvector('simple'::regconfig, first_name || ' ' || last_name || ' ' || coalesce(email, ''))",
            persisted=True,
        ),
        nullable=True,
    ))
    with op.get_context().autocommit_block():
        op.create_index("ix_contacts_search", "contacts", ["search"], postgresql_using="gin",
                        postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_contacts_search", table_name="contacts", postgresql_concurrently=True)
    op.drop_column("contacts", "search")
