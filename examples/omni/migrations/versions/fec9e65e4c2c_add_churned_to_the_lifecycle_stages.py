"""add churned to the lifecycle stages

Revision ID: fec9e65e4c2c
Revises: 4dfd7126c2b2
Create Date: 2024-01-09 18:31:25.317575

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'fec9e65e4c2c'
down_revision: Union[str, Sequence[str], None] = '4dfd7126c2b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # Outside a transaction, so that the new value can be used at once.
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE lifecycle_stage ADD VALUE IF NOT EXISTS 'churned'")


def downgrade() -> None:
    # PostgreSQL cannot remove a value: the type is swapped.
    op.execute("UPDATE contacts SET stage = 'customer' WHERE stage = 'churned'")
    op.execute("ALTER TYPE lifecycle_stage RENAME TO lifecycle_stage_old")
    op.execute("CREATE TYPE lifecycle_stage AS ENUM ('lead', 'qualified', 'customer')")
    op.execute("ALTER TABLE contacts ALTER COLUMN stage DROP DEFAULT")
    op.execute(
        "ALTER TABLE contacts ALTER COLUMN stage TYPE lifecycle_stage USING stage::text::lifecycle_stage"
    )
    op.execute("ALTER TABLE contacts ALTER COLUMN stage SET DEFAULT 'lead'")
    op.execute("DROP TYPE lifecycle_stage_old")
