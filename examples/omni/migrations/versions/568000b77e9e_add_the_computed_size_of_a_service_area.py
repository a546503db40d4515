"""add the computed size of a service area

Revision ID: 568000b77e9e
Revises: 228f7faaaedb
Create Date: 2023-11-14 15:46:28.983686

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '568000b77e9e'
down_revision: Union[str, Sequence[str], None] = '228f7faaaedb'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE service_areas
            ADD COLUMN square_km double precision
            GENERATED ALWAYS AS (st_area(geography(boundary)) / 1000000.0) STORED
        """
    )


def downgrade() -> None:
    op.drop_column("service_areas", "square_km")
