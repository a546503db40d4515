"""rename phone of contacts to phone number

Revision ID: 634ed6a3501e
Revises: 9dfdca50240b
Create Date: 2024-03-04 09:33:52.494365

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '634ed6a3501e'
down_revision: Union[str, Sequence[str], None] = '9dfdca50240b'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.alter_column("contacts", "phone", new_column_name="phone_number")


def downgrade() -> None:
    op.alter_column("contacts", "phone_number", new_column_name="phone")
