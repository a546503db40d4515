"""create service areas

Revision ID: 228f7faaaedb
Revises: 04b1f2ab3024
Create Date: 2023-11-08 09:07:18.694368

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '228f7faaaedb'
down_revision: Union[str, Sequence[str], None] = '04b1f2ab3024'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE service_areas (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            account_id uuid NOT NULL,
            name text NOT NULL,
            active boolean DEFAULT true NOT NULL,
            boundary geometry(MultiPolygon, 4326) NOT NULL,
            CONSTRAINT pk_service_areas PRIMARY KEY (id),
            CONSTRAINT fk_service_areas_account_id_accounts FOREIGN KEY (account_id)
                REFERENCES accounts (id) ON DELETE CASCADE,
            CONSTRAINT ck_service_areas_boundary_valid CHECK (st_isvalid(boundary))
        )
        """
    )
    op.execute("CREATE INDEX ix_service_areas_boundary ON service_areas USING gist (boundary) WHERE active")
    op.execute("CREATE INDEX ix_service_areas_account_id ON service_areas (account_id)")


def downgrade() -> None:
    op.execute("DROP TABLE service_areas")
