"""seed the default pipeline stages

Revision ID: 04527b9f3fe4
Revises: cb0916a38d1d
Create Date: 2023-11-07 08:17:02.872660

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '04527b9f3fe4'
down_revision: Union[str, Sequence[str], None] = 'cb0916a38d1d'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # A colon before a word is a bind parameter to op.execute, hence the backslashes.
    op.execute(
        """
        INSERT INTO pipeline_stages (code, label, position, rules) VALUES
            ('new', 'New', 1, '{"reminder_days"\\:14,"required"\\:[]}'),
            ('proposal', 'Proposal sent', 2, '{"reminder_days"\\:7,"required"\\:["amount"]}'),
            ('won', 'Won', 8, '{"closed"\\:true}'),
            ('lost', 'Lost', 9, '{"closed"\\:true,"required"\\:["reason"]}')
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM pipeline_stages WHERE code IN ('new', 'proposal', 'won', 'lost')")
