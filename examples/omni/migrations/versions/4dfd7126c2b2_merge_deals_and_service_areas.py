"""merge deals and service areas

Revision ID: 4dfd7126c2b2
Revises: 04527b9f3fe4, 568000b77e9e
Create Date: 2023-11-20 14:30:08.315363

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '4dfd7126c2b2'
down_revision: Union[str, Sequence[str], None] = ('04527b9f3fe4', '568000b77e9e')
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
