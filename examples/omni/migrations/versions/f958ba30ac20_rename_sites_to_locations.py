"""rename sites to locations

Revision ID: f958ba30ac20
Revises: 634ed6a3501e
Create Date: 2024-03-19 18:14:49.195289

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'f958ba30ac20'
down_revision: Union[str, Sequence[str], None] = '634ed6a3501e'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

RENAMED = (
    ("ix_sites_account_id", "ix_locations_account_id"),
    ("ix_sites_location", "ix_locations_location"),
)


def upgrade() -> None:
    op.rename_table("sites", "locations")
    op.execute("ALTER TABLE locations RENAME CONSTRAINT pk_sites TO pk_locations")
    op.execute("ALTER TABLE locations RENAME CONSTRAINT fk_sites_account_id_accounts TO fk_locations_account_id_accounts")
    for old, new in RENAMED:
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")


def downgrade() -> None:
    for old, new in RENAMED:
        op.execute(f"ALTER INDEX {new} RENAME TO {old}")
    op.execute("ALTER TABLE locations RENAME CONSTRAINT fk_locations_account_id_accounts TO fk_sites_account_id_accounts")
    op.execute("ALTER TABLE locations RENAME CONSTRAINT pk_locations TO pk_sites")
    op.rename_table("locations", "sites")
