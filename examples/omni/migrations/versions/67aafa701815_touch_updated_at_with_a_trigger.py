"""touch updated at with a trigger

Revision ID: 67aafa701815
Revises: 7ff8eaad8e57
Create Date: 2024-04-22 09:25:34.567612

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '67aafa701815'
down_revision: Union[str, Sequence[str], None] = '7ff8eaad8e57'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END
        $$
        """
    )
    for table in ("contacts", "deals"):
        op.execute(
            f"CREATE TRIGGER trg_{table}_touch BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION touch_updated_at()"
        )


def downgrade() -> None:
    for table in ("deals", "contacts"):
        op.execute(f"DROP TRIGGER trg_{table}_touch ON {table}")
    op.execute("DROP FUNCTION touch_updated_at()")
