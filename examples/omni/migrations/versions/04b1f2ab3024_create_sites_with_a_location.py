"""create sites with a location

Revision ID: 04b1f2ab3024
Revises: 5484a4b56ebc
Create Date: 2023-10-17 16:07:35.120452

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '04b1f2ab3024'
down_revision: Union[str, Sequence[str], None] = '5484a4b56ebc'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE sites (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            account_id uuid NOT NULL,
            label text NOT NULL,
            address jsonb DEFAULT '{}'::jsonb NOT NULL,
            location geometry(Point, 4326),
            created_at timestamp with time zone DEFAULT now() NOT NULL,
            CONSTRAINT pk_sites PRIMARY KEY (id),
            CONSTRAINT fk_sites_account_id_accounts FOREIGN KEY (account_id)
                REFERENCES accounts (id) ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE INDEX ix_sites_account_id ON sites (account_id)")
    op.execute("CREATE INDEX ix_sites_location ON sites USING gist (location)")
    op.execute("COMMENT ON COLUMN sites.location IS 'WGS 84, longitude first'")


def downgrade() -> None:
    op.execute("DROP TABLE sites")
