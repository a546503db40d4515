"""add a view of open deals

Revision ID: 95b1bcd739f1
Revises: e2e7e22ee51f
Create Date: 2024-06-17 10:46:16.666283

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '95b1bcd739f1'
down_revision: Union[str, Sequence[str], None] = 'e2e7e22ee51f'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW open_deals AS
        SELECT d.id, d.number, a.name AS account, d.amount, d.currency,
               round(d.amount * s.win_percent / 100, 2) AS weighted
        FROM deals d
        JOIN accounts a ON a.id = d.account_id
        JOIN pipeline_stages s ON s.code = d.stage_code
        WHERE NOT coalesce((s.rules ->> 'closed')::boolean, false)
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW open_deals")
