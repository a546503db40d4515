"""seed a kind of activity for web chat

Revision ID: 9dfdca50240b
Revises: e61922cf8955
Create Date: 2024-02-12 09:20:56.725925

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '9dfdca50240b'
down_revision: Union[str, Sequence[str], None] = 'e61922cf8955'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("INSERT INTO activity_kinds (id, label, channel) VALUES (4, 'Web chat', 'chat')")


def downgrade() -> None:
    op.execute("DELETE FROM activity_kinds WHERE id = 4")
