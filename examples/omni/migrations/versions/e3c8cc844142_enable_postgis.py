"""enable postgis

Revision ID: e3c8cc844142
Revises: 
Create Date: 2023-09-18 15:40:26.350637

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'e3c8cc844142'
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # Needs a superuser, unless the administrator has done it already; see docker-compose.yml.
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def downgrade() -> None:
    # The extension belongs to whoever runs the server: other schemas may lean on it.
    pass
