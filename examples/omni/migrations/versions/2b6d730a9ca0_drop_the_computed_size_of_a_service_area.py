"""drop the computed size of a service area

Revision ID: 2b6d730a9ca0
Revises: 7981097b4630
Create Date: 2025-01-13 15:22:36.911786

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '2b6d730a9ca0'
down_revision: Union[str, Sequence[str], None] = '7981097b4630'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.drop_column("service_areas", "square_km")


def downgrade() -> None:
    # It was the last column, so appending puts it back where it stood.
    op.execute(
        """
        ALTER TABLE service_areas
            ADD COLUMN square_km double precision
            GENERATED ALWAYS AS (st_area(geography(boundary)) / 1000000.0) STORED
        """
    )
