"""index deals by closing date instead of by stage alone

Revision ID: 0a36adf03356
Revises: 95b1bcd739f1
Create Date: 2024-08-20 16:44:49.021829

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0a36adf03356'
down_revision: Union[str, Sequence[str], None] = '95b1bcd739f1'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_index("ix_deals_closes_on_open", "deals", ["account_id", "closes_on"],
                    postgresql_where=sa.text("closes_on IS NOT NULL"), postgresql_include=["amount"])
    op.drop_index("ix_deals_account_id_stage_code", table_name="deals")


def downgrade() -> None:
    op.create_index("ix_deals_account_id_stage_code", "deals", ["account_id", "stage_code"])
    op.drop_index("ix_deals_closes_on_open", table_name="deals")
