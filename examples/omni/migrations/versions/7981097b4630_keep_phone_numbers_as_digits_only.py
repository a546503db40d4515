"""keep phone numbers as digits only

Revision ID: 7981097b4630
Revises: e8a59fb20551
Create Date: 2024-11-25 10:34:25.351665

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '7981097b4630'
down_revision: Union[str, Sequence[str], None] = 'e8a59fb20551'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

irreversible = "the punctuation that people typed is not kept"


def upgrade() -> None:
    op.execute("UPDATE contacts SET phone_number = regexp_replace(phone_number, '[^0-9+]', '', 'g')")


def downgrade() -> None:
    pass
